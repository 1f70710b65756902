/** The public interface of the catalogue. */
export type * from './shape.ts';
