package dev.quota.http;

/** How a request begins: its endpoint runs, or it is answered instead. */
public sealed interface Begun permits Proceed, Answer {}
