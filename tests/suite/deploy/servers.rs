//! Servers of object stores on loopback, each in a folder of its own. They end with the test.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use object_store::aws::AmazonS3Builder;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential, MicrosoftAzureBuilder};
use object_store::client::HttpRequestBody;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use tempfile::TempDir;

use crate::http::Client;
use crate::support::{free_port, temporary};
use crate::tools;

/// A busy machine takes time to start Python or Node.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server.
pub struct Served {
    child: Child,
    pub port: u16,
    _folder: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(command: &mut Command, port: u16, folder: TempDir) -> Served {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir(folder.path());
    let child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let served = Served { child, port, _folder: folder };
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < LIMIT, "{command:?} does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    served
}

/// The S3 server of moto; `None` with a message if it is missing.
pub fn moto() -> Option<Served> {
    let program = tools::file(
        "venv/bin/moto_server",
        "python3 -m venv tests/tools/venv && tests/tools/venv/bin/pip install -r tests/tools/requirements.txt",
    )?;
    let (port, folder) = (free_port(), temporary());
    Some(start(Command::new(program).args(["-H", "127.0.0.1", "-p", &port.to_string()]), port, folder))
}

/// Azurite; `None` with a message if it is missing.
pub fn azurite() -> Option<Served> {
    let script = tools::installed("azurite/dist/src/blob/main.js")?;
    let node: PathBuf = tools::program("node")?;
    let (port, folder) = (free_port(), temporary());
    let mut command = Command::new(node);
    command.arg(script).args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string(), "--location"]);
    command.arg(folder.path()).args(["--skipApiVersionCheck", "--silent"]);
    Some(start(&mut command, port, folder))
}

/// A failed request is retried once, at once: tests cut connections on purpose.
fn retry() -> RetryConfig {
    let (init_backoff, max_backoff) = (Duration::from_millis(5), Duration::from_millis(20));
    let backoff = BackoffConfig { init_backoff, max_backoff, base: 2.0 };
    RetryConfig { backoff, max_retries: 1, retry_timeout: Duration::from_secs(20) }
}

pub const BUCKET: &str = "site";

/// TLS is not used here, but the client requires a provider.
pub fn ready() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The store of a moto, or of a proxy before it.
pub fn s3(port: u16) -> Arc<dyn ObjectStore> {
    s3_bucket(port, BUCKET)
}

/// A bucket that may not exist.
pub fn s3_bucket(port: u16, bucket: &str) -> Arc<dyn ObjectStore> {
    ready();
    let builder = AmazonS3Builder::new().with_bucket_name(bucket).with_region("us-east-1");
    let builder = builder.with_access_key_id("test").with_secret_access_key("test").with_allow_http(true);
    let builder = builder.with_endpoint(format!("http://127.0.0.1:{port}")).with_retry(retry());
    Arc::new(builder.build().expect("a store can be made"))
}

/// moto only checks that a signature exists.
pub const SIGNED: (&str, &str) = ("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request");

/// Creates the bucket of a moto.
pub fn make_bucket(port: u16) {
    let address = ([127, 0, 0, 1], port).into();
    let headers = [("Content-Length", "0"), SIGNED];
    let reply = Client::new(address).ask("PUT", format!("/{BUCKET}").as_bytes(), &headers).expect("it answers");
    assert_eq!(reply.status, 200, "{}", reply.text());
}

/// The well-known account of every Azurite.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The store of an Azurite, or of a proxy before it.
pub fn azure(port: u16) -> Arc<dyn ObjectStore> {
    ready();
    let builder = MicrosoftAzureBuilder::new().with_account(ACCOUNT).with_access_key(KEY);
    let builder = builder.with_endpoint(format!("http://127.0.0.1:{port}/{ACCOUNT}"));
    let builder = builder.with_container_name(BUCKET).with_allow_http(true).with_retry(retry());
    Arc::new(builder.build().expect("a store can be made"))
}

/// Creates the container of an Azurite.
pub fn make_container(port: u16) {
    let target = format!("/{ACCOUNT}/{BUCKET}?restype=container");
    let request = http::Request::put(format!("http://127.0.0.1:{port}{target}")).header("content-length", "0");
    let mut request = request.body(HttpRequestBody::empty()).expect("a request");
    let credential = AzureCredential::AccessKey(AzureAccessKey::try_new(KEY).expect("a key"));
    AzureAuthorizer::new(&credential, ACCOUNT).try_authorize(&mut request).expect("it can be signed");
    let headers = request.headers().iter();
    let headers: Vec<(&str, &str)> =
        headers.map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect();
    let reply = Client::new(([127, 0, 0, 1], port).into()).ask("PUT", target.as_bytes(), &headers).expect("it answers");
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// The store of the Google substitute, or of a proxy before it.
pub fn google(port: u16) -> Arc<dyn ObjectStore> {
    ready();
    let options = ClientOptions::new().with_allow_http(true);
    let builder =
        GoogleCloudStorageBuilder::new().with_bucket_name(BUCKET).with_retry(retry()).with_client_options(options);
    let builder = builder.with_base_url(&format!("http://127.0.0.1:{port}")).with_bearer_token("token");
    Arc::new(builder.build().expect("a store can be made"))
}
