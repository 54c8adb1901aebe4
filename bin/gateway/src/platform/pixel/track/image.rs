//! One transparent pixel.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::describe::{Description, Outcome};

/// A GIF of one transparent pixel (`GIF89a`), which nobody may keep: each showing of it is to be told of.
pub(super) struct Image;

const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
    \x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

impl Responder for Image {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().content_type("image/gif").body(GIF)
    }
}

impl Outcome for Image {
    fn describe(to: &mut Description<'_>) {
        to.text_answer(200, "The image.");
    }
}

#[cfg(test)]
mod tests {
    use super::GIF;

    #[test]
    fn the_image_is_whole() {
        assert_eq!((GIF.len(), GIF.last()), (43, Some(&b';')));
    }
}
