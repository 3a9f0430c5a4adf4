package dev.quota.redis;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One published version of the policies. Values are immutable.
 *
 * @param number counts versions, 1 for the first; states and events name it
 * @param digest the SHA-256 of the text: 64 hexadecimal digits
 * @param by who published it
 * @param at when, by the clock of Redis
 * @param reason why
 * @param rollbackTo the version whose text was put into force again, if it was a rollback
 */
public record PublishedVersion(
    long number, String digest, String by, Instant at, String reason, OptionalLong rollbackTo) {}
