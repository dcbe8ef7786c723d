// A picture that every format below can hold, drawn by arithmetic: a still life of shapes on a shaded ground.

/** RGBA, 8 bits, row-major. */
export function picture(width = 240, height = 160) {
  const pixels = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const u = x / width;
      const v = y / height;
      let colour = v < 0.6 ? [90 + 90 * u, 140 + 60 * v, 200 - 40 * u] : [150 - 60 * v, 110 + 30 * u, 60];
      if ((u - 0.3) ** 2 * 2.25 + (v - 0.5) ** 2 < 0.06) colour = [220, 150 - 100 * v, 30]; // an orange ball at the left
      if (u > 0.62 && u < 0.82 && v > 0.2 && v < 0.85) colour = [30, 60 + 60 * (u - 0.62), 50]; // a dark box at the right
      if (u > 0.66 && u < 0.78 && v > 0.3 && v < 0.45) colour = [235, 235, 225]; // with a pale window
      colour.forEach((value, channel) => { pixels[(y * width + x) * 4 + channel] = Math.round(value); });
      pixels[(y * width + x) * 4 + 3] = 255;
    }
  }
  return { width, height, pixels };
}

/** The same with every pixel passed through `change([r, g, b, a], x, y)`. */
export function mapped({ width, height, pixels }, change) {
  const changed = Buffer.alloc(pixels.length);
  for (let at = 0; at < pixels.length; at += 4) {
    const x = (at / 4) % width;
    changed.set(change([...pixels.subarray(at, at + 4)], x, Math.floor(at / 4 / width)), at);
  }
  return { width, height, pixels: changed };
}

/** Luma as JPEG and PNG readers compute it. */
export const grey = (image) => mapped(image, ([r, g, b, a]) => {
  const luma = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  return [luma, luma, luma, a];
});

/** Each pixel as a square of `times` × `times`. */
export function magnified({ width, height, pixels }, times) {
  const result = Buffer.alloc(pixels.length * times * times);
  for (let y = 0; y < height * times; y += 1) {
    for (let x = 0; x < width * times; x += 1) {
      const from = (Math.floor(y / times) * width + Math.floor(x / times)) * 4;
      pixels.copy(result, (y * width * times + x) * 4, from, from + 4);
    }
  }
  return { width: width * times, height: height * times, pixels: result };
}

/** The picture at another size, at most as fine: the mean of what each pixel covers, the parts of pixels at its edges too. */
export function shrunk(image, width, height) {
  const pixels = Buffer.alloc(width * height * 4, 255);
  const spans = (from, to) => Array.from({ length: to }, (_, at) => {
    const [begin, end] = [(at * from) / to, ((at + 1) * from) / to];
    const first = Math.floor(begin);
    return Array.from({ length: Math.ceil(end) - first }, (__, i) => [first + i, Math.min(end, first + i + 1) - Math.max(begin, first + i)]);
  });
  const [columns, rows] = [spans(image.width, width), spans(image.height, height)];
  rows.forEach((row, y) => columns.forEach((column, x) => {
    for (let channel = 0; channel < 3; channel += 1) {
      let [sum, area] = [0, 0];
      for (const [top, high] of row) {
        for (const [left, wide] of column) {
          sum += image.pixels[(top * image.width + left) * 4 + channel] * high * wide;
          area += high * wide;
        }
      }
      pixels[(y * width + x) * 4 + channel] = Math.round(sum / area);
    }
  }));
  return { width, height, pixels };
}

/** Turned by 90° clockwise. */
export function turned({ width, height, pixels }) {
  const result = Buffer.alloc(pixels.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels.copy(result, (x * height + height - 1 - y) * 4, (y * width + x) * 4, (y * width + x + 1) * 4);
  }
  return { width: height, height: width, pixels: result };
}
