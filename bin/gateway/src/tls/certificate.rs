//! A certificate and its key, read from their files.

use crate::config::TlsFiles;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io;
use std::path::PathBuf;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {1}", path = .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// The file of the chain holds none, or a damaged one.
    #[error("{path} holds no certificate in PEM: {1}", path = .0.display())]
    Chain(PathBuf, #[source] pem::Error),
    /// The file of the key holds none, or a damaged one.
    #[error("{path} holds no private key in PEM: {1}", path = .0.display())]
    Key(PathBuf, #[source] pem::Error),
    /// The key is of a kind that is not supported, or belongs to another certificate.
    #[error("the private key in {path} does not fit the certificate: {1}", path = .0.display())]
    Mismatch(PathBuf, #[source] rustls::Error),
}

/// The bytes of both files.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Pem {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Pem {
    /// What the files hold now.
    pub(super) fn read(files: &TlsFiles) -> Result<Self, CertificateError> {
        let read =
            |path: &PathBuf| std::fs::read(path).map_err(|error| CertificateError::Unreadable(path.clone(), error));
        Ok(Self { cert: read(&files.cert)?, key: read(&files.key)? })
    }

    /// The certificate that they describe; `files` names them in errors.
    pub(super) fn certified(
        &self,
        files: &TlsFiles,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, CertificateError> {
        let no_chain = |error| CertificateError::Chain(files.cert.clone(), error);
        let chain = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<Vec<_>, _>>().map_err(no_chain)?;
        if chain.is_empty() {
            return Err(no_chain(pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key);
        let key = key.map_err(|error| CertificateError::Key(files.key.clone(), error))?;
        let certified = CertifiedKey::from_der(chain, key, provider);
        certified.map_err(|error| CertificateError::Mismatch(files.key.clone(), error))
    }
}
