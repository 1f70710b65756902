/** Static reasoning about policies; its rooms are not built yet. */
export {};
