/** Which program decides for a policy set and an action: an open-addressing hash table. */

/** A slot is four words, so that none lies across two cache lines: set, action, program, unused. */
const slotWords = 4;
/** Programs of one set lie near each other, as long as there is room: callers ask several things. */
const regionSlots = 16;

/** Keys are pairs of numbers; a value of 0 is none. */
export class ProgramTable {
  #slots = new Int32Array(slotWords * 1024);
  #mask = 1023;
  count = 0;

  get bytesHeld(): number {
    return this.#slots.byteLength;
  }

  find(set: number, action: number): number {
    const slots = this.#slots;
    const region = hash(set, 0) & this.#mask & -regionSlots;
    for (let probe = 0; probe < regionSlots; probe++) {
      const at = (region + ((action + probe) & (regionSlots - 1))) * slotWords;
      const program = slots[at + 2] ?? 0;
      if (program === 0 || (slots[at] === set && slots[at + 1] === action)) return program;
    }
    return this.#findBeyond(set, action);
  }

  #findBeyond(set: number, action: number): number {
    const slots = this.#slots;
    let slot = hash(set, action) & this.#mask;
    for (;;) {
      const at = slot * slotWords;
      const program = slots[at + 2] ?? 0;
      if (program === 0 || (slots[at] === set && slots[at + 1] === action)) return program;
      slot = (slot + 1) & this.#mask;
    }
  }

  add(set: number, action: number, program: number): void {
    // At most three quarters full.
    if (++this.count * 4 > this.#mask * 3) this.#grow();
    this.#put(set, action, program);
  }

  clear(): void {
    this.#slots = new Int32Array(slotWords * 1024);
    this.#mask = 1023;
    this.count = 0;
  }

  #put(set: number, action: number, program: number): void {
    const region = hash(set, 0) & this.#mask & -regionSlots;
    let slot = region + (action & (regionSlots - 1));
    for (let probe = 1; this.#isTaken(slot) && probe < regionSlots; probe++) {
      slot = region + ((action + probe) & (regionSlots - 1));
    }
    if (this.#isTaken(slot)) slot = hash(set, action) & this.#mask;
    while (this.#isTaken(slot)) slot = (slot + 1) & this.#mask;
    this.#slots[slot * slotWords] = set;
    this.#slots[slot * slotWords + 1] = action;
    this.#slots[slot * slotWords + 2] = program;
  }

  #isTaken(slot: number): boolean {
    return this.#slots[slot * slotWords + 2] !== 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(slotWords * (this.#mask + 1));
    for (let at = 0; at < old.length; at += slotWords) {
      const program = old[at + 2] ?? 0;
      if (program !== 0) this.#put(old[at] ?? 0, old[at + 1] ?? 0, program);
    }
  }
}

function hash(set: number, action: number): number {
  let mixed = Math.imul(set, 0x9e3779b1) ^ Math.imul(action, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
