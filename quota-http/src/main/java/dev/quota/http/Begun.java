package dev.quota.http;

/** The result of beginning a request: its endpoint runs, or the request is refused. */
public sealed interface Begun permits Proceed, Refuse {}
