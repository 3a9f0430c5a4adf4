/** To be written. */
export {};
