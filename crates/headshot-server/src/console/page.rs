/// A file of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

/// The page as this build carries it: names and bytes of its files.
#[derive(Clone, Copy)]
pub(crate) struct Page(pub(crate) &'static [(&'static str, &'static [u8])]);

impl Page {
    /// What the build script found.
    pub(crate) const BUILT_IN: Self = Self(include!(concat!(env!("OUT_DIR"), "/console.rs")));

    /// The page itself; none where the program was built without it.
    pub(crate) fn index(self) -> Option<File> {
        self.file("index.html")
    }

    /// The file of this name.
    pub(crate) fn file(self, name: &str) -> Option<File> {
        let (name, bytes) = self.0.iter().find(|(known, _)| *known == name)?;
        let media_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("css") => "text/css; charset=utf-8",
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        };
        Some(File { media_type, bytes })
    }
}
