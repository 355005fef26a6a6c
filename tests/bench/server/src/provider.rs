//! The provider's API as far as the server asks it here: it opens models, and says that nothing has happened since.

use std::io::Result;
use std::net::SocketAddr;
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use crate::http::length_of;

/// The id of the model of `<number>@example.com`.
pub fn model(number: usize) -> String {
    format!("{number:024x}")
}

/// Answers on a thread of its own, to the end of the program.
pub fn start() -> Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    thread::spawn(move || Builder::new_current_thread().enable_all().build()?.block_on(accept(listener, address)));
    Ok(address)
}

async fn accept(listener: std::net::TcpListener, own: SocketAddr) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, own));
    }
}

async fn answer(mut stream: TcpStream, own: SocketAddr) -> Result<()> {
    let mut received = Vec::new();
    loop {
        let Some(head) = received.windows(4).position(|four: &[u8]| four == b"\r\n\r\n").map(|at| at + 4) else {
            if stream.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let end = head + length_of(&received[..head]);
        if received.len() < end {
            if stream.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
            continue;
        }
        let body = if received.starts_with(b"POST ") {
            let id = model(number_in(&received[head..end]));
            format!(r#"{{"data":{{"modelId":"{id}","status":"onboarding","signedUrl":"http://{own}/capture"}}}}"#)
        } else {
            r#"{"data":{"model":{"status":"onboarding"}}}"#.to_owned()
        };
        received.drain(..end);
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).await?;
    }
}

/// The number in an address, which is the only one in the body.
fn number_in(body: &[u8]) -> usize {
    let digits = body.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| 10 * number + usize::from(digit - b'0'))
}
