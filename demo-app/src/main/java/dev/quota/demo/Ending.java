package dev.quota.demo;

import java.util.Locale;

/** Why a streamed answer ended. */
enum Ending {
  /** All of it was sent. */
  DONE,
  /** The quota and its grace were used up. */
  LIMIT,
  /** The time limit of an answer passed. */
  TIME,
  /** The server stops. */
  SHUTDOWN,
  /** Something failed on the server. */
  FAILURE;

  /** Returns its name in frames. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a sentence for the reader of an answer that ended early for another reason than a
   * limit.
   */
  String words(String language) {
    return Texts.one(language, "cut." + id());
  }
}
