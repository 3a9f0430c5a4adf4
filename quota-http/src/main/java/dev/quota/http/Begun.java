package dev.quota.http;

/** What comes of a request that begins: its endpoint runs, or it is refused. */
public sealed interface Begun permits Proceed, Refuse {}
