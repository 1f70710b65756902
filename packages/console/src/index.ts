/** The web console; its rooms are not built yet. */
export {};
