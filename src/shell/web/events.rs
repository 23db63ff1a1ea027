//! Live reload by server-sent events (WHATWG HTML, 9.2): tells every open page when it has changed. It must not
//! know which files changed.
//!
//! A page is rendered again and compared to find out whether it has changed. So a save without any visible effect
//! sends no event, whatever file it changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;

use super::request_path::{self, RequestPath};
use super::served_site::{PageStamp, ServedSite};

/// How often an empty event keeps the connection open.
const ALIVE: Duration = Duration::from_secs(15);

/// The data of an empty event: browsers do not dispatch an event without data.
const NOTHING: &str = "-";

/// An open page, with what its browser has been told.
struct Listener {
    desk: Arc<ServedSite>,
    target: Option<RequestPath>,
    seen: Option<PageStamp>,
    /// The errors that it shows.
    shows: Vec<String>,
}

/// Returns the stream for the page that a query names. `last` is the last event that the browser received on an
/// earlier stream.
pub fn stream(desk: Arc<ServedSite>, query: &str, last: Option<&str>) -> Response {
    let page = request_path::query(query, "page").unwrap_or_default();
    let mut path = String::new();
    crate::base::path::encode_path(&page, &mut path);
    let seen = last.map(str::to_owned).or_else(|| request_path::query(query, "seen"));
    let seen = seen.and_then(|seen| PageStamp::parse(&seen));
    let listener = Listener { desk, target: RequestPath::parse(&path), seen, shows: Vec::new() };
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(listener.follow(sender));
    let events = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(ALIVE));
    events.into_response()
}

impl Listener {
    async fn follow(mut self, sender: Sender<Result<Event, Infallible>>) {
        let mut turns = self.desk.turns();
        loop {
            turns.mark_unchanged();
            let news = tokio::task::spawn_blocking(move || {
                let news = self.news();
                (self, news)
            });
            // Only a panic, or the end of the program, loses the listener.
            let Ok((listener, news)) = news.await else { return };
            self = listener;
            for event in news {
                if sender.send(Ok(event)).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                changed = turns.changed() => if changed.is_err() { return },
                () = sender.closed() => return,
            }
        }
    }

    /// Returns the events that the browser has not received yet.
    fn news(&mut self) -> Vec<Event> {
        let view = self.desk.view();
        let shown = self.desk.show(&view, self.target.as_ref());
        let now = self.desk.stamp(&view, &shown.digest);
        let seen = self.seen.replace(now.clone()).unwrap_or_else(|| now.clone());
        let id = now.text();
        let event = |kind: &str, data: &str| Event::default().event(kind).id(&id).data(data);
        let mut news = Vec::new();
        let same_run = seen.run == now.run && seen.turn <= now.turn;
        if shown.answer.status == 500 && same_run && seen.digest != now.digest {
            // The page keeps its content, below the new errors.
            self.seen = Some(PageStamp { digest: seen.digest, ..now });
            self.tell(&mut news, shown.failures, |data| Event::default().event("problems").data(data));
            return news;
        }
        if !same_run || seen.digest != now.digest {
            return vec![event("reload", NOTHING)];
        }
        let files = ServedSite::files_since(&view, seen.turn);
        news.extend(files.iter().map(|file| event("file", file)));
        // A page that shows only its error does not need it a second time.
        let problems = match shown.answer.status {
            500 => Vec::new(),
            _ => view.problems.iter().cloned().chain(shown.failures).collect(),
        };
        self.tell(&mut news, problems, |data| event("problems", data));
        if news.is_empty() {
            news.push(event("same", NOTHING));
        }
        news
    }

    fn tell(&mut self, news: &mut Vec<Event>, problems: Vec<String>, event: impl FnOnce(&str) -> Event) {
        if problems != self.shows {
            let data = serde_json::to_string(&problems).unwrap_or_default();
            news.push(event(&data));
            self.shows = problems;
        }
    }
}
