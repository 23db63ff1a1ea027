//! Pictures made smaller: the only code that decodes them. Bytes in, bytes out.
//!
//! A variant keeps the format and the colour profile of its picture, and nothing else that a camera wrote into it: no
//! place, no time, no preview. It stands upright, so that it needs no word on how to turn it.

use fast_image_resize as fir;
use fast_image_resize::images::{Image, ImageRef};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits};

use super::picture::{Format, MOST_BYTES, MOST_PIXELS, Picture};

/// Quality of a JPEG, of 100: where eyes begin to see no difference, and files begin to grow.
const QUALITY: u8 = 82;

/// What variants are made by and with (`build.rs`): those of another maker may be other bytes.
pub const MAKER: &str = env!("RECTO_RESIZE");

/// The variants of a picture of these widths, in their order; or why there can be none, in words.
pub fn variants(bytes: &[u8], picture: &Picture, widths: &[u32]) -> Result<Vec<Vec<u8>>, String> {
    make(bytes, picture, widths).map_err(|error| said(&error))
}

/// Whether all of a picture can be decoded; if not, why, in words.
pub fn try_whole(bytes: &[u8], picture: &Picture) -> Result<(), String> {
    decode(bytes, format(picture)).map(|_| ()).map_err(|error| said(&error))
}

fn said(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => format!("it needs more than {MOST_BYTES} bytes of memory"),
        // What decoders say is for those who know the format.
        _ => "it is cut off or damaged".to_owned(),
    }
}

fn format(picture: &Picture) -> ImageFormat {
    match Format::of_name(&picture.file) {
        Some(Format::Png) => ImageFormat::Png,
        Some(Format::WebP) => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    }
}

/// The pixels as they lie in the file, with eight bits a channel, and the colour profile that they follow.
fn decode(bytes: &[u8], format: ImageFormat) -> ImageResult<(DynamicImage, Option<Vec<u8>>)> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let profile = decoder.icc_profile()?;
    let pixels = DynamicImage::from_decoder(decoder)?;
    let color = pixels.color();
    let pixels = match (color.has_alpha(), color.has_color()) {
        (true, _) => DynamicImage::ImageRgba8(pixels.into_rgba8()),
        (false, true) => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        (false, false) => DynamicImage::ImageLuma8(pixels.into_luma8()),
    };
    // A profile of other colours (those of a printer) was for pixels that are not these any more.
    let space: &[u8] = if pixels.color().has_color() { b"RGB " } else { b"GRAY" };
    Ok((pixels, profile.filter(|profile| profile.get(16..20) == Some(space))))
}

fn make(bytes: &[u8], picture: &Picture, widths: &[u32]) -> ImageResult<Vec<Vec<u8>>> {
    let format = format(picture);
    let (pixels, profile) = decode(bytes, format)?;
    let turn = Orientation::from_exif(picture.turn).unwrap_or(Orientation::NoTransforms);
    let variant = |width: &u32| {
        let (width, height) = (*width, picture.height(*width));
        // Turned when it is small: that is the same, and much less to turn.
        let lying = if picture.turn > 4 { (height, width) } else { (width, height) };
        let mut small = shrink(&pixels, lying)?;
        small.apply_orientation(turn);
        encode(&small, format, profile.clone())
    };
    widths.iter().map(variant).collect()
}

fn shrink(pixels: &DynamicImage, (width, height): (u32, u32)) -> ImageResult<DynamicImage> {
    let kind = match pixels {
        DynamicImage::ImageLuma8(_) => fir::PixelType::U8,
        DynamicImage::ImageRgb8(_) => fir::PixelType::U8x3,
        _ => fir::PixelType::U8x4,
    };
    let failed = |error: &dyn std::fmt::Display| ImageError::IoError(std::io::Error::other(error.to_string()));
    let from = ImageRef::new(pixels.width(), pixels.height(), pixels.as_bytes(), kind).map_err(|e| failed(&e))?;
    let mut to = Image::new(width, height, kind);
    fir::Resizer::new().resize(&from, &mut to, None).map_err(|e| failed(&e))?;
    let bytes = to.into_vec();
    let small = match kind {
        fir::PixelType::U8 => image::GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
        fir::PixelType::U8x3 => image::RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
        _ => image::RgbaImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8),
    };
    small.ok_or_else(|| failed(&"a picture of another size"))
}

fn encode(pixels: &DynamicImage, format: ImageFormat, profile: Option<Vec<u8>>) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        ImageFormat::Png => write(
            PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive),
            pixels,
            profile,
        ),
        ImageFormat::WebP => write(WebPEncoder::new_lossless(&mut out), pixels, profile),
        _ => write(JpegEncoder::new_with_quality(&mut out, QUALITY), pixels, profile),
    }?;
    Ok(out)
}

fn write(mut encoder: impl ImageEncoder, pixels: &DynamicImage, profile: Option<Vec<u8>>) -> ImageResult<()> {
    if let Some(profile) = profile {
        // An encoder that has no place for one leaves it out.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(pixels.as_bytes(), pixels.width(), pixels.height(), pixels.color().into())
}
