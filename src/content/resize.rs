//! Decodes pictures and makes smaller variants. No other code decodes pictures. It knows neither files nor pages.
//!
//! A variant keeps the format and the colour profile of its picture, and no other metadata of the camera: no place, no
//! time, no preview. Its pixels are upright, so it needs no orientation.

use std::io::{BufRead, Cursor, Read, Seek, SeekFrom};

use fast_image_resize as fir;
use fast_image_resize::images::{Image, ImageRef};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageResult, Limits};

use super::image_headers::{jpeg_end, png_parts};
use super::picture::{Picture, PictureFormat};
use crate::base::limits::{PICTURE_MEMORY, PICTURE_PROFILE, PICTURE_SECONDS, PICTURE_SIDE};

/// The JPEG quality, of 100: above it, files grow without a visible difference.
const QUALITY: u8 = 82;

/// How many bytes a decoder gets before the time is checked again.
const SIP: usize = 16 << 10;

/// The version of the code that makes variants (`build.rs`). Another version may produce other bytes.
pub const MAKER: &str = env!("RECTO_RESIZE");

/// Returns whether a picture has taken too long.
pub type IsLate<'a> = &'a (dyn Fn() -> bool + Send + Sync);

/// Why there are no variants.
enum ResizeError {
    Memory,
    Time,
    /// The file is damaged. The decoder's own message would only help experts of the format.
    Damaged,
}

impl From<ImageError> for ResizeError {
    fn from(error: ImageError) -> ResizeError {
        match error {
            ImageError::Limits(_) => ResizeError::Memory,
            _ => ResizeError::Damaged,
        }
    }
}

impl ResizeError {
    fn said(&self) -> String {
        match self {
            ResizeError::Memory => format!("it needs more than {PICTURE_MEMORY} bytes of memory"),
            ResizeError::Time => format!("resizing it takes longer than {PICTURE_SECONDS} s"),
            ResizeError::Damaged => "the file is truncated or damaged".to_owned(),
        }
    }
}

/// Makes the variants of these widths, in this order. `Err` explains why there are none.
pub fn variants(bytes: Vec<u8>, picture: &Picture, widths: &[u32], late: IsLate) -> Result<Vec<Vec<u8>>, String> {
    make(bytes, picture, widths, late).map_err(|wrong| wrong.said())
}

/// Checks that the whole picture can be decoded. `Err` explains why not.
pub fn try_whole(bytes: Vec<u8>, picture: &Picture, late: IsLate) -> Result<(), String> {
    decode(bytes, format(picture), late).map(|_| ()).map_err(|wrong| wrong.said())
}

fn format(picture: &Picture) -> ImageFormat {
    match PictureFormat::of_name(&picture.file) {
        Some(PictureFormat::Png) => ImageFormat::Png,
        Some(PictureFormat::WebP) => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    }
}

/// Reads the bytes of a file until the time is up.
struct TimedReader<'a> {
    bytes: Cursor<Vec<u8>>,
    late: IsLate<'a>,
}

impl TimedReader<'_> {
    fn checked(&self) -> std::io::Result<()> {
        if (self.late)() { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl Read for TimedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.checked()?;
        let most = buffer.len().min(SIP);
        self.bytes.read(&mut buffer[..most])
    }
}

impl BufRead for TimedReader<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.checked()?;
        let some = self.bytes.fill_buf()?;
        Ok(&some[..some.len().min(SIP)])
    }

    fn consume(&mut self, count: usize) {
        self.bytes.consume(count);
    }
}

impl Seek for TimedReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// Decodes the pixels as stored in the file, with eight bits per channel, and their colour profile.
fn decode(
    mut bytes: Vec<u8>,
    format: ImageFormat,
    late: IsLate,
) -> Result<(DynamicImage, Option<Vec<u8>>), ResizeError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE);
    limits.max_image_height = Some(PICTURE_SIDE);
    limits.max_alloc = Some(PICTURE_MEMORY);
    match format {
        ImageFormat::Jpeg => bytes.truncate(jpeg_end(&bytes)),
        ImageFormat::Png => {
            let parts = png_parts(&bytes);
            if parts.len() > 1 {
                bytes = parts.concat();
            }
        }
        _ => {}
    }
    let or_late = |wrong: ImageError| if late() { ResizeError::Time } else { wrong.into() };
    let timed = TimedReader { bytes: Cursor::new(bytes), late };
    let mut decoder: Box<dyn ImageDecoder> = match format {
        // This decoder's limit is for profiles and rows only. The pixels go to a buffer of ours.
        ImageFormat::Png => {
            let mut own = limits.clone();
            own.max_alloc = Some(2 * PICTURE_PROFILE as u64 + (1 << 20));
            Box::new(PngDecoder::with_limits(timed, own).map_err(or_late)?)
        }
        ImageFormat::WebP => Box::new(WebPDecoder::new(timed).map_err(or_late)?),
        _ => Box::new(JpegDecoder::new(timed).map_err(or_late)?),
    };
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let profile = decoder.icc_profile().map_err(or_late)?.filter(|profile| profile.len() <= PICTURE_PROFILE);
    let pixels = DynamicImage::from_decoder(decoder).map_err(or_late)?;
    let color = pixels.color();
    let pixels = match (color.has_alpha(), color.has_color()) {
        (true, _) => DynamicImage::ImageRgba8(pixels.into_rgba8()),
        (false, true) => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        (false, false) => DynamicImage::ImageLuma8(pixels.into_luma8()),
    };
    // A profile of another colour space (such as a printer's) does not apply to the converted pixels.
    let space: &[u8] = if pixels.color().has_color() { b"RGB " } else { b"GRAY" };
    Ok((pixels, profile.filter(|profile| profile.get(16..20) == Some(space))))
}

fn make(bytes: Vec<u8>, picture: &Picture, widths: &[u32], late: IsLate) -> Result<Vec<Vec<u8>>, ResizeError> {
    let format = format(picture);
    let (pixels, profile) = decode(bytes, format, late)?;
    let turn = Orientation::from_exif(picture.turn).unwrap_or(Orientation::NoTransforms);
    let variant = |width: &u32| {
        if late() {
            return Err(ResizeError::Time);
        }
        let (width, height) = (*width, picture.height(*width));
        // Rotate after resizing: the result is the same, with far fewer pixels.
        let lying = if picture.turn > 4 { (height, width) } else { (width, height) };
        let mut small = shrink(&pixels, lying)?;
        small.apply_orientation(turn);
        Ok(encode(&small, format, profile.clone())?)
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
        // An encoder without support for profiles omits it.
        let _ = encoder.set_icc_profile(profile);
    }
    encoder.write_image(pixels.as_bytes(), pixels.width(), pixels.height(), pixels.color().into())
}
