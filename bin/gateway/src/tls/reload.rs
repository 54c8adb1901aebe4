//! The certificate in use, and the watch that replaces it when its files change.

use super::certificate::{CertificateError, Pem};
use crate::config::TlsFiles;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

/// How often the files are looked at. They are read whole and compared, which costs microseconds and, unlike file
/// events, also works on network drives and with links that are swapped.
const PERIOD: Duration = Duration::from_secs(1);

/// The certificate in use. A handshake sees the old one or the new one, never a mixture.
#[derive(Debug)]
pub(crate) struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn replace(&self, certified: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// What became of one look at the files.
#[derive(Debug)]
pub(super) enum Look {
    /// They are as they were.
    Same,
    /// They changed, and the new certificate is in use.
    Replaced,
    /// They changed and cannot be used; the old certificate stays.
    Kept(CertificateError),
}

/// Looks at the files and replaces the certificate.
pub(super) struct Reloader {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: Arc<Current>,
    hashes: RandomState,
    /// Of what was seen last, usable or not, so that each change is told once; none while they cannot be read.
    seen: Option<u64>,
}

impl Reloader {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// When they cannot be used.
    pub(super) fn start(
        files: TlsFiles,
        provider: Arc<CryptoProvider>,
    ) -> Result<(Arc<Current>, Self), CertificateError> {
        let pem = Pem::read(&files)?;
        let certified = pem.certified(&files, &provider)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(certified))));
        let hashes = RandomState::new();
        let seen = Some(hashes.hash_one(&pem));
        Ok((Arc::clone(&current), Self { files, provider, current, hashes, seen }))
    }

    /// One look at the files.
    pub(super) fn look(&mut self) -> Look {
        let pem = match Pem::read(&self.files) {
            Ok(pem) => pem,
            Err(error) => return if self.seen.take().is_some() { Look::Kept(error) } else { Look::Same },
        };
        let hash = Some(self.hashes.hash_one(&pem));
        if hash == self.seen {
            return Look::Same;
        }
        self.seen = hash;
        match pem.certified(&self.files, &self.provider) {
            Ok(certified) => {
                self.current.replace(certified);
                Look::Replaced
            }
            Err(error) => Look::Kept(error),
        }
    }

    /// Looks every second, on a thread of its own, until the watch is dropped.
    pub(super) fn watch(mut self) -> Watch {
        let (watch, ended) = mpsc::channel::<()>();
        let run = move || {
            while ended.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                match self.look() {
                    Look::Same => {}
                    Look::Replaced => tracing::info!("the TLS certificate was replaced"),
                    Look::Kept(error) => tracing::error!(%error, "the TLS certificate was not replaced"),
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("certificate".to_owned()).spawn(run) {
            tracing::error!(%error, "the TLS certificate is not watched");
        }
        Watch { _ends_when_dropped: watch }
    }
}

/// Keeps the certificate fresh while it is held.
#[must_use]
pub(crate) struct Watch {
    _ends_when_dropped: Sender<()>,
}
