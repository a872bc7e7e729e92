//! A small disk that can be full.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What takes the room away until it is removed.
const BALLAST: &str = "ballast";

/// A file system of its own in memory. Dropping it unmounts it.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of this many KiB, of which so many are taken at first. None where mounting is not permitted; then it says
    /// so on standard error, and the test has nothing to show.
    pub fn mount(kib: usize, taken: usize) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
            .arg(folder.path())
            .output();
        match output {
            Ok(output) if output.status.success() => {}
            _ => {
                // Straight to standard error: what a test prints is kept from view when it passes.
                let _ = writeln!(
                    std::io::stderr(),
                    "Skipped: this needs a small disk, and mounting one is not permitted here."
                );
                return None;
            }
        }
        let disk = Self { folder };
        std::fs::write(disk.path().join(BALLAST), vec![0; taken * 1024]).expect("a disk with room");
        Some(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives back what was taken at first.
    pub fn make_room(&self) {
        std::fs::remove_file(self.path().join(BALLAST)).expect("the ballast is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: files may still be open.
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(
            unmounted.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "a small disk is left mounted"
        );
    }
}
