// A picture as it is kept: drawn anew, so that nothing is left of what a camera writes beside one,
// and small enough to go home on a slow line (/pictures.js).

const MOST_BYTES = 409_600;
const LONGEST = 1_600;
/** Tried one after the other until a picture is small enough; then its sides are shortened. */
const QUALITIES = [0.85, 0.75, 0.65, 0.55, 0.45];
const SHORTER = 0.75;
/** Markers of JPEG (ITU-T T.81): where the coded picture begins, and a comment. */
const SCAN = 0xda;
const COMMENT = 0xfe;
/** Of application data, from the plain header (e0) to the last (ef), the colour profile stays. */
const PROFILE = 0xe2;

/**
 * What a canvas draws upright. An image, and not a bitmap: of those older browsers make none that
 * is turned as the camera has written beside it.
 */
const drawable = async (file) => {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
};

/**
 * A JPEG without what the browser itself writes beside the picture: Apple's writes Exif and more
 * for every canvas, and the server takes no picture with such a part.
 */
const bare = async (jpeg) => {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (at < jpeg.length && jpeg[at + 1] !== SCAN) {
    const marker = jpeg[at + 1];
    const end = at + 2 + jpeg[at + 2] * 256 + jpeg[at + 3];
    const isTelling = (marker > 0xe0 && marker < 0xf0 && marker !== PROFILE) || marker === COMMENT;
    if (!isTelling) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return new Uint8Array(await new Blob([...parts, jpeg.subarray(at)]).arrayBuffer());
};

/** The picture alone, small enough. */
export const shrunk = async (file) => {
  const source = await drawable(file);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { alpha: false });
  let scale = Math.min(1, LONGEST / Math.max(source.width, source.height));
  try {
    for (;;) {
      canvas.width = Math.max(1, Math.round(source.width * scale));
      canvas.height = Math.max(1, Math.round(source.height * scale));
      pen.imageSmoothingQuality = "high";
      // What is transparent is paper.
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(source, 0, 0, canvas.width, canvas.height);
      for (const quality of QUALITIES) {
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (blob.size <= MOST_BYTES) return bare(new Uint8Array(await blob.arrayBuffer()));
      }
      scale *= SHORTER;
    }
  } finally {
    // Else an iPhone counts its pixels until somebody collects what is left of it.
    canvas.width = 0;
  }
};
