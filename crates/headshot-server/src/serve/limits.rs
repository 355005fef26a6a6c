use std::time::Duration;

/// Descriptors for everything but clients: the database and its readers, photos under way, standard streams.
const OWN_DESCRIPTORS: u64 = 96;

/// A connection may need a second descriptor: a photo's file, or a call to the provider.
const DESCRIPTORS_EACH: u64 = 2;

/// Where descriptors are plenty, memory sets the limit.
const MOST: u64 = 16_384;

const FEWEST: u64 = 16;

/// How many connections there may be, and for how long one may be idle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// So many connections are open at once.
    pub(super) most: usize,
    /// So many of them are left to newcomers and deliveries.
    pub(super) kept_free: usize,
    /// The longest that a connection is kept without a request.
    pub(super) idle: Duration,
}

impl Limits {
    /// The limits of this process.
    pub(crate) fn new(wished: Option<usize>, idle: Duration) -> Self {
        let descriptors = rlimit::Resource::NOFILE.get().map_or(u64::MAX, |(soft, _hard)| soft);
        let limits = Self::within(descriptors, wished, idle);
        let Self { most: connections, kept_free, .. } = limits;
        tracing::info!(descriptors, connections, kept_free, "places");
        if wished.is_some_and(|wished| wished > connections) {
            tracing::warn!(descriptors, connections, "there are too few file descriptors for HEADSHOT_CONNECTIONS");
        }
        limits
    }

    /// As many connections as are wished, or as make sense, and never more than the descriptors allow.
    fn within(descriptors: u64, wished: Option<usize>, idle: Duration) -> Self {
        let possible = (descriptors.saturating_sub(OWN_DESCRIPTORS) / DESCRIPTORS_EACH).max(FEWEST);
        let wished = wished.map_or(MOST, |wished| wished as u64);
        let most = usize::try_from(wished.min(possible)).unwrap_or(usize::MAX);
        Self { most, kept_free: most / 8, idle }
    }

    /// The places that are not kept free.
    pub(super) fn for_all(&self) -> usize {
        self.most - self.kept_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(wished: Option<usize>, descriptors: u64) -> (usize, usize) {
        let limits = Limits::within(descriptors, wished, Duration::ZERO);
        (limits.most, limits.kept_free)
    }

    #[test]
    fn connections_follow_from_the_descriptors() {
        assert_eq!(most(None, 1024), (464, 58));
        assert_eq!(most(None, 1_048_576), (16_384, 2048));
        assert_eq!(most(None, u64::MAX), (16_384, 2048));
        assert_eq!(most(None, 10), (16, 2));
    }

    #[test]
    fn a_wish_is_met_as_far_as_descriptors_go() {
        assert_eq!(most(Some(100), 1024), (100, 12));
        assert_eq!(most(Some(20_000), 1_048_576), (20_000, 2500));
        assert_eq!(most(Some(20_000), 1024), (464, 58));
    }
}
