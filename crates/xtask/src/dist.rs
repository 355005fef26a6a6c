//! What users take: npm packages, embed files for a web server, and the two programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::build::{Builder, TARGET, unless_current};
use crate::cache::{copy, file_names, make_folder, remove_folder};
use crate::console;
use crate::process;
use crate::setup::Setup;
use crate::workspace::Workspace;

/// The wasm features that the compiler uses; every browser and runtime of the last years has them.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What a dependency of Leptos exports for streams, which no script calls: exports keep all behind them in the file.
const UNCALLED: &str = "--remove-exports=*intounderlying*";
/// Names imports and exports as shortly as can be, prints which is which, and has `stage.mjs` tell the script.
const SHORT_NAMES: &str = "--minify-imports-and-exports-and-modules";

/// A crate that becomes an npm package.
struct Package {
    /// The npm package's name.
    name: &'static str,
    /// The crate's, and its folder's.
    krate: &'static str,
    profile: &'static str,
    making: Making,
    /// Folders that the wasm is built from.
    inputs: &'static [&'static str],
}

/// How wasm and hand-written files become a package.
enum Making {
    /// wasm-bindgen writes what lies between the two for each of the first crates, and the package's own `stage.mjs`
    /// bundles all of it; the last crate's wasm needs nothing between.
    Generated(&'static [(&'static str, WasmBuild)], &'static (&'static str, WasmBuild)),
    /// It is written by hand; the package's own `stage.mjs` bundles it with each of the builds.
    Bundled(&'static [WasmBuild]),
}

/// One way to compile a package's wasm.
struct WasmBuild {
    features: &'static [&'static str],
    /// Settings of the profile besides the manifest's.
    config: &'static [&'static str],
    /// Target features besides the compiler's own choice, and how wasm-opt is told about them.
    target_features: &'static str,
    enabled: &'static [&'static str],
    /// What wasm-opt optimises for.
    optimise: &'static str,
}

const VERIFY: Package = Package {
    name: "headshot-verify",
    krate: "headshot-wasm",
    profile: "wasm-verify",
    making: Making::Bundled(&[
        WHOLE,
        VERDICT,
        EXPLAIN,
        WasmBuild { target_features: "", enabled: &[], ..WHOLE },
        WasmBuild { target_features: "", enabled: &[], ..VERDICT },
        WasmBuild { target_features: "", enabled: &[], ..EXPLAIN },
    ]),
    inputs: &["crates/headshot-wasm", "crates/headshot-verify", "crates/headshot-explain"],
};

const WHOLE: WasmBuild = WasmBuild { features: &["--features", "declared,events"], ..VERDICT };

const EXPLAIN: WasmBuild = WasmBuild {
    features: &["--no-default-features", "--features", "tools"],
    // What a person waits for may take its time.
    config: &["--config", r#"profile.wasm-verify.package.headshot-verify.opt-level="z""#],
    ..VERDICT
};

/// SHA-256 is a third faster with SIMD, which every runtime of the last years has, but not every CPU that it runs on.
const VERDICT: WasmBuild = WasmBuild {
    features: &[],
    config: &[],
    target_features: "-Ctarget-feature=+simd128",
    enabled: &["--enable-simd"],
    optimise: "-Oz",
};

const WIDGET: Package = Package {
    name: "headshot-widget",
    krate: "headshot-widget",
    profile: "wasm-release",
    making: Making::Generated(
        &[
            ("headshot-widget", WasmBuild { features: &["--features", "embed"], ..WIDGET_BUILD }),
            // What the widget loads where a provider has no page of its own.
            ("headshot-capture", WIDGET_BUILD),
        ],
        // What it loads where a person goes on by phone.
        &("headshot-qr", WasmBuild { features: &["--features", "module"], ..WIDGET_BUILD }),
    ),
    inputs: &[
        "crates/headshot-widget",
        "crates/headshot-capture",
        "crates/headshot-phrases",
        "crates/headshot-qr",
        "crates/headshot-api",
    ],
};

const WIDGET_BUILD: WasmBuild =
    WasmBuild { features: &[], config: &[], target_features: "", enabled: &[], optimise: "-Oz" };

/// The files of the widget's package that no web server or CDN serves.
const UNSERVED: [&str; 5] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"];

/// The page that tries the widget in any browser, from the files beside it.
const CONFORMANCE: [&str; 2] = ["conformance.html", "conformance.js"];

/// The programs of a release.
const PROGRAMS: [&str; 2] = ["headshot", "headshot-sandbox"];

/// Leaves everything in `target/dist`, the programs only if asked for.
pub(crate) fn run(builder: &Builder<'_>, has_binaries: bool) -> Result<()> {
    console::heading("Distribution");
    let dist = builder.setup.workspace.dist();
    make_folder(&dist)?;
    for package in [&VERIFY, &WIDGET] {
        package.build(builder)?;
    }
    copy_embed_files(&WIDGET.staged(builder.setup), &dist.join("embed"))?;
    for file in CONFORMANCE {
        copy(&builder.setup.workspace.path("www").join(file), &dist.join(file))?;
    }
    if has_binaries {
        builder.pages()?;
        copy_programs(&builder.release_programs()?, &dist.join("bin"))?;
    }
    console::note("in", &dist.display().to_string());
    print_sizes(builder.setup)
}

/// The packed npm packages.
pub(crate) fn tarballs(setup: &Setup) -> [PathBuf; 2] {
    [&VERIFY, &WIDGET].map(|package| package.tarball(setup))
}

/// The folders of what is written by hand of the npm packages.
pub(crate) fn written(workspace: &Workspace) -> [PathBuf; 2] {
    [&VERIFY, &WIDGET].map(|package| package.written(workspace))
}

impl Package {
    /// Where the package's files are before they are packed.
    fn staged(&self, setup: &Setup) -> PathBuf {
        setup.workspace.target("npm").join(self.name)
    }

    fn tarball(&self, setup: &Setup) -> PathBuf {
        let name = format!("{}-{}.tgz", self.name, setup.workspace.version());
        setup.workspace.dist().join(name)
    }

    fn build(&self, builder: &Builder<'_>) -> Result<()> {
        let outputs = vec![self.staged(builder.setup), self.tarball(builder.setup)];
        let stamp = builder.stamp(self.name, self.inputs, outputs)?;
        unless_current(&stamp, self.name, "a first build takes about 1 minute", || {
            remove_folder(&self.staged(builder.setup))?;
            match &self.making {
                Making::Generated(builds, bare) => self.stage_generated(builder, builds, bare)?,
                Making::Bundled(builds) => self.stage_bundled(builder, builds)?,
            }
            check_version(&self.staged(builder.setup).join("package.json"), builder.setup.workspace.version())?;
            self.pack(builder.setup)
        })
    }

    /// Has the package's own script bundle the hand-written files with wasm-bindgen's, those of its part too.
    fn stage_generated(
        &self,
        builder: &Builder<'_>,
        builds: &[(&str, WasmBuild)],
        (bare, build): &(&str, WasmBuild),
    ) -> Result<()> {
        let mut generated = Vec::new();
        for (krate, build) in builds {
            generated.push(self.generate(builder, krate, build)?);
        }
        let wasm = self.compile(builder, bare, build)?;
        let smaller = wasm.with_extension("small.wasm");
        self.optimise(builder, build, &wasm, &smaller)?;
        generated.push(smaller);
        self.run_stage(builder, &generated)
    }

    /// What wasm-bindgen makes of a crate.
    fn generate(&self, builder: &Builder<'_>, krate: &str, build: &WasmBuild) -> Result<PathBuf> {
        let workspace = &builder.setup.workspace;
        let generated = workspace.target("npm").join(format!("{krate}-generated"));
        let wasm = self.compile(builder, krate, build)?;
        remove_folder(&generated)?;
        process::logged(
            builder
                .tools
                .command("wasm-bindgen")?
                .args(["--target", "web", "--omit-default-module-path", "--no-typescript", "--out-dir"])
                .args([&generated, &wasm]),
            &workspace.log(&format!("{krate}-bindgen")),
        )?;
        let glued = generated.join(format!("{}_bg.wasm", krate.replace('-', "_")));
        let names =
            process::captured(wasm_opt(builder, build, &[UNCALLED])?.args([SHORT_NAMES, "-o"]).args([&glued, &glued]))?;
        let file = generated.join("names.json");
        fs::write(&file, names).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(generated)
    }

    /// Has the package's own script bundle the hand-written files with the wasm of each build.
    fn stage_bundled(&self, builder: &Builder<'_>, builds: &[WasmBuild]) -> Result<()> {
        let mut optimised = Vec::new();
        for (place, build) in builds.iter().enumerate() {
            let wasm = self.compile(builder, self.krate, build)?;
            let smaller = wasm.with_extension(format!("{place}.wasm"));
            self.optimise(builder, build, &wasm, &smaller)?;
            optimised.push(smaller);
        }
        self.run_stage(builder, &optimised)
    }

    fn run_stage(&self, builder: &Builder<'_>, made: &[PathBuf]) -> Result<()> {
        process::logged(
            builder
                .tools
                .command("node")?
                .arg(self.written(&builder.setup.workspace).join("stage.mjs"))
                .arg(builder.tools.path("esbuild")?)
                .args(made)
                .arg(self.staged(builder.setup)),
            &builder.setup.workspace.log(&format!("{}-stage", self.name)),
        )
    }

    fn written(&self, workspace: &Workspace) -> PathBuf {
        workspace.path("crates").join(self.krate).join("npm")
    }

    fn compile(&self, builder: &Builder<'_>, krate: &str, build: &WasmBuild) -> Result<PathBuf> {
        // The type is named here: in the manifest, every build of the page would link this library too.
        let words = ["rustc", "--lib", "--crate-type", "cdylib", "--target", TARGET];
        let choice = ["-p", krate, "--profile", self.profile];
        builder.wasm(
            self.name,
            build.target_features,
            words.iter().chain(&choice).chain(build.features).chain(build.config),
        )?;
        let file = format!("{}.wasm", krate.replace('-', "_"));
        let inside = Path::new(TARGET).join(self.profile).join(file);
        Ok(builder.setup.workspace.target(&inside.display().to_string()))
    }

    fn optimise(&self, builder: &Builder<'_>, build: &WasmBuild, wasm: &Path, optimised: &Path) -> Result<()> {
        process::logged(
            wasm_opt(builder, build, &[])?.args([wasm, Path::new("-o"), optimised]),
            &builder.setup.workspace.log(&format!("{}-opt", self.name)),
        )
    }

    fn pack(&self, setup: &Setup) -> Result<()> {
        process::logged(
            Command::new("npm")
                .arg("pack")
                .arg("--pack-destination")
                .arg(setup.workspace.dist())
                .current_dir(self.staged(setup)),
            &setup.workspace.log(&format!("{}-pack", self.name)),
        )?;
        let tarball = self.tarball(setup);
        if !tarball.is_file() {
            bail!("npm did not make {}", tarball.display());
        }
        Ok(())
    }
}

fn wasm_opt(builder: &Builder<'_>, build: &WasmBuild, first: &[&str]) -> Result<Command> {
    let mut command = builder.tools.command("wasm-opt")?;
    command
        .args(WASM_FEATURES)
        .args(build.enabled)
        .args(first)
        .arg(build.optimise)
        // Large functions stay apart, because a runtime compiles each when it is first called.
        .args(["--one-caller-inline-max-function-size=600", "--strip-producers", "--strip-target-features"]);
    Ok(command)
}

/// One version for all packages of the workspace, npm's included.
fn check_version(package_json: &Path, version: &str) -> Result<()> {
    let package = read_json(package_json)?;
    if package["version"] != version {
        bail!("{} names version {}, the workspace {version}", package_json.display(), package["version"]);
    }
    Ok(())
}

fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
}

fn copy_embed_files(staged: &Path, embed: &Path) -> Result<()> {
    remove_folder(embed)?;
    make_folder(embed)?;
    for name in file_names(staged)? {
        if !UNSERVED.contains(&name.as_str()) {
            copy(&staged.join(&name), &embed.join(&name))?;
        }
    }
    Ok(())
}

fn copy_programs(built: &Path, bin: &Path) -> Result<()> {
    make_folder(bin)?;
    for program in PROGRAMS {
        let place = bin.join(program);
        // A program that runs cannot be written to, but it can be replaced.
        let _ = fs::remove_file(&place);
        copy(&built.join(program), &place)?;
    }
    Ok(())
}

/// What a browser or runtime has to load, as it is and as it travels.
fn print_sizes(setup: &Setup) -> Result<()> {
    console::heading("Sizes in bytes");
    for package in [&VERIFY, &WIDGET] {
        let staged = package.staged(setup);
        console::note(package.name, &format!("{:>18} {:>10}", "raw", "gzip"));
        for name in file_names(&staged)? {
            let file = staged.join(&name);
            if is_loaded(&file) {
                let raw = fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?.len();
                console::note("", &format!("{raw:>18} {:>10}  {name}", gzipped_size(&file)?));
            }
        }
    }
    Ok(())
}

fn is_loaded(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "wasm" || extension == "js")
}

fn gzipped_size(file: &Path) -> Result<usize> {
    let output =
        Command::new("gzip").args(["-9", "--no-name", "--stdout"]).arg(file).output().context("cannot start gzip")?;
    Ok(output.stdout.len())
}
