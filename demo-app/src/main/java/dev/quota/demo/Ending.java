package dev.quota.demo;

import java.util.Locale;

/** Why a streamed answer ended. */
enum Ending {
  /** All of it was sent. */
  DONE,
  /** The quota and its grace were used up. */
  LIMIT,
  /** It took longer than an answer may. */
  TIME,
  /** The server stops. */
  SHUTDOWN,
  /** Something failed on the server. */
  FAILURE;

  /** Returns its name in frames. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns a sentence for whoever reads an answer that ended early, but not at a limit. */
  String words(String language) {
    return Texts.one(language, "cut." + id());
  }
}
