//! A small disk that can be filled.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A file that takes up the space until it is removed.
const BALLAST: &str = "ballast";

/// A separate file system in memory. Dropping it unmounts it.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts a disk of this many KiB, of which `taken` are used at first. `None` if mounting is not permitted; then it
    /// says so on standard error, and the test is skipped.
    pub fn mount(kib: usize, taken: usize) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
            .arg(folder.path())
            .output();
        match output {
            Ok(output) if output.status.success() => {}
            _ => {
                // Directly to standard error: the output of a test that passes is hidden.
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

    /// The mount point.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Frees the space that was used at first.
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
