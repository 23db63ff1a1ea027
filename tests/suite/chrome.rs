//! Chromium, and a small client of its DevTools protocol: tests open pages, inspect them and act on them.
//!
//! The browser is the one that `RECTO_CHROMIUM` names, otherwise the first on the path. Without a browser a test
//! says so and passes; with `CI` set that is a failure. Tests that run at the same time share one process, since it
//! takes seconds to start.

use std::cell::{Cell, RefCell};
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::support::temporary;
use crate::tools::{ignored, on_path};

/// A browser that needs longer for a step hangs. A busy machine may need a good part of this time.
const LIMIT: Duration = Duration::from_secs(60);

/// How long to wait before checking a condition again.
const PAUSE: Duration = Duration::from_millis(15);

/// A name under which a browser finds this machine, and takes it for another site.
pub const OTHER: &str = "other.example";

fn chromium() -> Option<PathBuf> {
    if let Some(own) = std::env::var_os("RECTO_CHROMIUM") {
        return Some(own.into());
    }
    on_path(&["chromium", "chromium-browser", "google-chrome"])
}

/// Finds the browser; `None` with a message if there is none.
pub fn browser() -> Option<PathBuf> {
    let found = chromium();
    if found.is_none() {
        ignored("no Chromium on the path, and RECTO_CHROMIUM names none");
    }
    found
}

/// A browser process with an empty profile, which ends when this is dropped.
struct Running {
    browser: Child,
    profile: TempDir,
}

/// The browser of all tests that use one at this moment. It ends with the last of them, and the next test starts
/// another.
static SHARED: Mutex<Weak<Running>> = Mutex::new(Weak::new());

impl Running {
    /// Returns the shared browser, and starts it if necessary.
    fn shared(program: &Path) -> Arc<Running> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let running = Arc::new(Running::start(program));
            *shared = Arc::downgrade(&running);
            running
        })
    }

    /// Starts a browser that can reach only this machine.
    fn start(program: &Path) -> Running {
        let profile = temporary();
        let mut command = Command::new(program);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // Tabs without a window are hidden, as far as it can tell.
            "--disable-background-timer-throttling",
            "--disable-renderer-backgrounding",
            "--remote-debugging-port=0",
        ]);
        let rules = format!("MAP {OTHER} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
        command.arg(format!("--host-resolver-rules={rules}"));
        command.arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        command.env("HOME", profile.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let browser = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        Running { browser, profile }
    }

    /// Connects to the browser; `None` if it does not start or does not answer within the limit.
    fn connect(&self, limit: Duration) -> Option<WebSocket<TcpStream>> {
        let (port, path) = door(&self.profile.path().join("DevToolsActivePort"), limit)?;
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(LIMIT)).expect("a socket can have a limit");
        stream.set_nodelay(true).expect("a socket need not wait");
        Some(tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).ok()?.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A browser that is asked to close ends its children first; a killed one cannot.
        let close = json!({ "id": 0, "method": "Browser.close" });
        let asked = self.connect(PAUSE).map(|mut socket| (socket.send(Message::text(close.to_string())), socket));
        let start = Instant::now();
        while asked.is_some() && start.elapsed() < LIMIT / 10 && matches!(self.browser.try_wait(), Ok(None)) {
            std::thread::sleep(PAUSE);
        }
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        // The children of a killed browser end by themselves, and write to the profile until then.
        let mut gone = 0;
        for _ in 0..100 {
            gone = if self.profile.path().exists() { 0 } else { gone + 1 };
            if gone > 2 {
                break;
            }
            let _ = fs::remove_dir_all(self.profile.path());
            std::thread::sleep(PAUSE);
        }
    }
}

/// A browser under remote control. Each has its own context in the shared process, with its own windows, cache and
/// cookies, as if its profile were empty.
pub struct Chrome {
    socket: RefCell<WebSocket<TcpStream>>,
    calls: Cell<u64>,
    context: Value,
    // Dropped last, after the connection to it is closed.
    _running: Arc<Running>,
}

impl Chrome {
    /// Starts a browser; `None` with a message if there is none.
    pub fn start() -> Option<Chrome> {
        let program = browser()?;
        let running = Running::shared(&program);
        let socket = running.connect(LIMIT).unwrap_or_else(|| panic!("the browser did not start within {LIMIT:?}"));
        let mut chrome =
            Chrome { socket: RefCell::new(socket), calls: Cell::new(0), context: Value::Null, _running: running };
        // The context ends with the connection that created it.
        let create = chrome.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true }));
        chrome.context = create.unwrap_or_else(|e| panic!("{e}"))["browserContextId"].take();
        Some(chrome)
    }

    /// Opens a tab in a window of its own, since a tab behind another is hidden and tells its page so.
    pub fn tab(&self) -> Tab<'_> {
        self.open(json!({ "newWindow": true }))
    }

    /// Opens a tab without a window, which costs a third. Its page is laid out, takes keys and believes that it is seen, but is
    /// never painted: no picture of it can be taken, nothing in it moves, and what loads when it comes into view does not.
    pub fn unpainted(&self) -> Tab<'_> {
        let tab = self.open(json!({ "hidden": true }));
        tab.width(1280);
        tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        tab
    }

    fn open(&self, mut create: Value) -> Tab<'_> {
        create["url"] = "about:blank".into();
        create["browserContextId"] = self.context.clone();
        let target = self.call(None, "Target.createTarget", create).unwrap_or_else(|e| panic!("{e}"));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.call(None, "Target.attachToTarget", attach).unwrap_or_else(|e| panic!("{e}"));
        let session = attached["sessionId"].as_str().expect("a session has a name").to_owned();
        Tab { chrome: self, session }
    }

    /// Calls a method without waiting.
    fn send(&self, session: Option<&str>, method: &str, params: &Value) {
        let id = self.calls.get() + 1;
        self.calls.set(id);
        let mut request = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            request["sessionId"] = session.into();
        }
        let sent = self.socket.borrow_mut().send(Message::text(request.to_string()));
        sent.unwrap_or_else(|e| panic!("{method}: {e}"));
    }

    /// Calls a method and waits for its result. `Err` is the browser's error.
    fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        self.send(session, method, &params);
        let id = self.calls.get();
        let mut socket = self.socket.borrow_mut();
        loop {
            let message = socket.read().unwrap_or_else(|e| panic!("{method}: {e}"));
            let Message::Text(text) = message else { continue };
            let mut answer: Value = serde_json::from_str(&text).expect("the browser speaks JSON");
            // The rest are events, and answers that no caller waits for.
            if answer["id"] == id {
                let error = answer["error"]["message"].as_str().map(|why| format!("{method}: {why}"));
                return error.map_or_else(|| Ok(answer["result"].take()), Err);
            }
        }
    }
}

/// Reads where the browser listens from a file that it writes: a port, and the path of its socket.
fn door(file: &Path, limit: Duration) -> Option<(u16, String)> {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        if let Some((port, path)) = text.trim_end().split_once('\n')
            && let Ok(port) = port.parse()
        {
            return Some((port, path.to_owned()));
        }
        if start.elapsed() >= limit {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
}

/// An open page.
pub struct Tab<'c> {
    chrome: &'c Chrome,
    session: String,
}

impl Tab<'_> {
    /// Calls any method of the protocol.
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.chrome.call(Some(&self.session), method, params).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Opens an address, and waits until the page has loaded.
    pub fn navigate(&self, url: &str) {
        let navigate = || self.call("Page.navigate", json!({ "url": url }))["errorText"].take();
        let start = Instant::now();
        let mut error = navigate();
        // The page that is left is reloading itself at this moment.
        while error == "net::ERR_ABORTED" && start.elapsed() < LIMIT {
            std::thread::sleep(PAUSE);
            error = navigate();
        }
        assert_eq!(error, Value::Null, "{url}");
        self.wait_for("document.readyState === 'complete'");
    }

    /// Returns the value of an expression or of its promise.
    pub fn eval(&self, js: &str) -> Value {
        self.try_eval(js).unwrap_or_else(|why| panic!("{js}: {why}"))
    }

    /// `Err` if it throws, or if the page goes away meanwhile.
    fn try_eval(&self, js: &str) -> Result<Value, String> {
        let params = json!({ "expression": js, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let mut answer = self.chrome.call(Some(&self.session), "Runtime.evaluate", params)?;
        if answer["exceptionDetails"].is_null() {
            return Ok(answer["result"]["value"].take());
        }
        Err(answer["exceptionDetails"].to_string())
    }

    /// Waits until a condition holds.
    pub fn wait_for(&self, js: &str) {
        self.wait_at_most(LIMIT / 3, js);
    }

    /// Waits until a condition holds. The page may reload meanwhile.
    pub fn wait_at_most(&self, most: Duration, js: &str) {
        let start = Instant::now();
        let mut found = self.try_eval(js);
        while found != Ok(Value::Bool(true)) {
            if start.elapsed() >= most {
                let page = "location.href + '\\n' + document.documentElement.outerHTML.slice(0, 1000)";
                let page = self.try_eval(page).unwrap_or_default();
                panic!("not within {most:?}: {js}\nbut {found:?} at {}", page.as_str().unwrap_or_default());
            }
            std::thread::sleep(PAUSE);
            found = self.try_eval(js);
        }
    }

    /// Presses a key such as `Escape`, `Tab`, `Enter`, `ArrowDown` or a space.
    pub fn press(&self, key: &str) {
        // The browser's own action of a key depends on its number, and on the text that it writes.
        let (code, number, text) = match key {
            "Tab" => (key, 9, None),
            "Enter" => (key, 13, Some("\r")),
            " " => ("Space", 32, Some(" ")),
            "ArrowUp" => (key, 38, None),
            "ArrowDown" => (key, 40, None),
            _ => (key, 0, None),
        };
        let down = if text.is_some() { "keyDown" } else { "rawKeyDown" };
        for kind in [down, "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number });
            if let Some(text) = text.filter(|_| kind == down) {
                event["text"] = text.into();
            }
            match (key, kind) {
                // The focus moves on key down, so do not wait for what follows.
                ("Tab", "keyUp") => self.chrome.send(Some(&self.session), "Input.dispatchKeyEvent", &event),
                _ => drop(self.call("Input.dispatchKeyEvent", event)),
            }
        }
    }

    /// Sets the width of the window in CSS pixels, at one device pixel each.
    pub fn width(&self, width: u32) {
        self.screen(&json!(width), &json!(800));
    }

    fn screen(&self, width: &Value, height: &Value) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
        // Scrollbars would take some of the width.
        self.call("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    }

    /// Shows the page in a medium (`screen`, `print`) and a scheme (`light`, `dark`), with reduced motion.
    pub fn medium(&self, medium: &str, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features }));
    }

    /// Returns the visible part of the page as PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let data = shot["data"].as_str().expect("a picture is text");
        data_encoding::BASE64.decode(data.as_bytes()).expect("the text is Base64")
    }

    /// Returns the whole page as PNG. The window stays that high until the next `width`. (Chromium's own option for
    /// this shifts short right-to-left pages.)
    pub fn whole(&self) -> Vec<u8> {
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].take();
        self.screen(&size["width"], &size["height"]);
        self.screenshot()
    }
}
