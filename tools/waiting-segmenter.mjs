/** `Intl.Segmenter` for the bundle: making one reads tables that take longer than most commands, so it waits for a text. */
const { Segmenter } = Intl;

export class WaitingSegmenter {
  #locales;
  #options;
  #segmenter;

  constructor(locales, options) {
    this.#locales = locales;
    this.#options = options;
  }

  segment(text) {
    this.#segmenter ??= new Segmenter(this.#locales, this.#options);
    return this.#segmenter.segment(text);
  }
}
