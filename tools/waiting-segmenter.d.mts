export class WaitingSegmenter {
  constructor(locales?: Intl.LocalesArgument, options?: Intl.SegmenterOptions);
  segment(text: string): Intl.Segments;
}
