package dev.quota.message;

/** The values a template is filled with. Names are those that were checked when it was parsed. */
interface Arguments {

  /** Appends a text, an amount or a phrase; nothing if it is empty. */
  void append(String name, StringBuilder out);

  /** Returns the number that chooses the grammatical form. */
  long count(String name);

  /** Returns which of the declared choices holds. */
  String choice(String name);
}
