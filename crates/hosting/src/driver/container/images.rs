//! How an image comes here.

use super::engine::{Engine, refused};
use crate::driver::{DriverFault, Image, Lines, NoImage};
use crate::image::ImageName;
use bollard::models::{CreateImageInfo, ImageInspect};
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt as _;
use mainstay_outbound::{Names, Reach};
use std::net::IpAddr;

/// Gets an image as its registry has it now; if that has it no longer, or cannot be asked, the one that is here will do.
pub(super) async fn fetch(
    engine: &Engine,
    (names, reach): (&dyn Names, &Reach),
    name: &ImageName,
    lines: &(dyn Lines + Sync),
) -> Result<Image, NoImage> {
    let away = |DriverFault(cause)| NoImage::NoEngine(cause);
    engine.facts().await.map_err(away)?;
    let written = name.to_string();
    if !name.is_local() {
        must_be_public((names, reach), name).await?;
        if let Err(DriverFault(cause)) = pull(engine, &written, lines).await {
            lines.line(true, &cause);
            let here = engine.image(&written).await.map_err(away)?;
            let here = here.ok_or_else(|| NoImage::Missing(format!("The image {name} cannot be had: {cause}")))?;
            lines.line(false, "The image that is here already is taken");
            return read(&here);
        }
    }
    let found = engine.image(&written).await.map_err(away)?;
    let why = || NoImage::Missing(format!("There is no image {name} on this machine"));
    read(&found.ok_or_else(why)?)
}

/// A registry that somebody names is asked from here, and so it must be one that everybody may ask.
async fn must_be_public((names, reach): (&dyn Names, &Reach), name: &ImageName) -> Result<(), NoImage> {
    if name.is_of_the_hub() {
        return Ok(());
    }
    let host = name.host();
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) => names.addresses(host).await.unwrap_or_default(),
    };
    if addresses.is_empty() {
        return Err(NoImage::Missing(format!("The host {host} has no address")));
    }
    if addresses.iter().all(|address| reach.has(*address)) {
        return Ok(());
    }
    Err(NoImage::Refused(format!("The host {host} is not public, so it is not asked")))
}

async fn pull(engine: &Engine, name: &str, lines: &(dyn Lines + Sync)) -> Result<(), DriverFault> {
    let options = CreateImageOptions { from_image: Some(name.to_owned()), ..CreateImageOptions::default() };
    let mut pulling = engine.docker().await?.create_image(Some(options), None, None).boxed();
    while let Some(step) = pulling.next().await {
        let CreateImageInfo { id, status, progress_detail, .. } = step.map_err(|cause| refused(&cause))?;
        // How far each layer is would be told many times a second.
        if progress_detail.is_some_and(|detail| detail.current.is_some()) {
            continue;
        }
        let told = [id, status].into_iter().flatten().collect::<Vec<_>>().join(": ");
        if !told.trim().is_empty() {
            lines.line(false, told.trim());
        }
    }
    Ok(())
}

fn read(found: &ImageInspect) -> Result<Image, NoImage> {
    let id = found.id.as_deref().unwrap_or_default();
    let sha256 = id.strip_prefix("sha256:").unwrap_or(id);
    if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NoImage::NoEngine("the container engine does not say which image that is".to_owned()));
    }
    let bytes = found.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
    Ok(Image { sha256: sha256.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use std::io;

    struct At(&'static str);

    #[async_trait]
    impl Names for At {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.parse().into_iter().collect())
        }
    }

    async fn asked(name: &str, address: &'static str) -> Result<(), NoImage> {
        let name = ImageName::parse(name).expect("a name");
        must_be_public((&At(address), &Reach::public()), &name).await
    }

    #[tokio::test]
    async fn only_registries_that_everybody_may_ask_are_asked() {
        assert_eq!(asked("nginx", "10.0.0.7").await, Ok(()));
        assert_eq!(asked("registry.example.com/a", "93.184.216.34").await, Ok(()));
        for (name, address) in [
            ("registry.example.com/a", "10.0.0.7"),
            ("169.254.169.254/latest", ""),
            ("127.0.0.1:5000/a", ""),
            ("localhost:5000/a", "127.0.0.1"),
        ] {
            assert!(matches!(asked(name, address).await, Err(NoImage::Refused(_))), "{name}");
        }
        assert!(matches!(asked("nowhere.example.com/a", "").await, Err(NoImage::Missing(_))));
    }

    #[test]
    fn an_image_is_known_by_what_it_is() {
        let of = |id: &str| read(&ImageInspect { id: Some(id.to_owned()), size: Some(5), ..ImageInspect::default() });
        let sha256 = "0a".repeat(32);
        let image = Image { sha256: sha256.clone(), bytes: 5 };
        assert_eq!((of(&sha256), of(&format!("sha256:{sha256}"))), (Ok(image.clone()), Ok(image)));
        assert!(of("").is_err() && of("latest").is_err());
    }
}
