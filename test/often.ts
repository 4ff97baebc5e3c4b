/** How often a property is tried: where its file is in the slow suite, too, more often there. */
export const often = (usual: number, slow: number): number => (process.env.SUITE === 'slow' ? slow : usual);
