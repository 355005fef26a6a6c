use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use tokio::sync::mpsc;

/// The writes that wait; without a say in how long the writer lives.
pub(super) struct Queue<T>(pub(super) Option<mpsc::WeakSender<T>>);

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl<T: Send + 'static> Collector for Queue<T> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let writes = self.0.as_ref().and_then(mpsc::WeakSender::upgrade);
        let waiting = writes.map_or(0, |writes| writes.max_capacity() - writes.capacity());
        let gauge = ConstGauge::new(i64::try_from(waiting).unwrap_or(i64::MAX));
        let help = "Writes that wait for the next commit";
        gauge.encode(encoder.encode_descriptor("queued_writes", help, None, MetricType::Gauge)?)
    }
}
