//! The file descriptors are used up, by whatever.

use std::time::Duration;

use rlimit::Resource;
use tokio::time::sleep;

use super::{Client, is_delivered};
use crate::common::StandIn;
use crate::process::Server;

const IDLE_CLIENTS: u64 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn with_no_descriptor_left_idle_clients_make_room_for_deliveries() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let mut idle = Vec::new();
    for _ in 0..IDLE_CLIENTS {
        idle.push(Client::connect(&server).await);
    }
    // Accepted, every one.
    let last = idle.last_mut().unwrap();
    last.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(last.answer().await.starts_with("HTTP/1.1 200"));
    sleep(Duration::from_millis(500)).await;
    server.limit_descriptors(server.open_descriptors());
    for number in 0..20 {
        is_delivered(&server, &format!("evt_{number}")).await;
    }
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("no connection could be accepted"), "{log}");
}

impl Server {
    fn open_descriptors(&self) -> u64 {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count() as u64
    }

    fn limit_descriptors(&self, most: u64) {
        let pid = i32::try_from(self.id()).unwrap();
        rlimit::prlimit(pid, Resource::NOFILE, Some((most, most)), None).unwrap();
    }
}
