package dev.quota.models.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The usage in one document of a call: one answer, or one event of a stream. Not thread-safe. */
final class Answer {

  private static final int LONGEST_MODEL = 200;
  private static final int LONGEST_ID = 200;

  private final Map<String, Figures> places = new LinkedHashMap<>();
  private final List<UsageFault> faults = new ArrayList<>();
  private Optional<String> model = Optional.empty();
  private Optional<String> id = Optional.empty();
  private Optional<String> responseId = Optional.empty();
  private Optional<String> itemId = Optional.empty();
  private String type = "";
  private boolean isWithRequest;

  /** Returns the figures of one place, such as {@code usage}. */
  Figures place(String name) {
    return places.computeIfAbsent(name, it -> new Figures());
  }

  /** Returns the places with figures. */
  Map<String, Figures> places() {
    if (!places.isEmpty()) {
      places.values().removeIf(Figures::isEmpty);
    }
    return places;
  }

  void model(String name) {
    if (name.isBlank()) {
      return;
    }
    if (name.length() > LONGEST_MODEL || hasControls(name)) {
      fault(
          UsageFault.Kind.MALFORMED,
          "model must be 1 to "
              + LONGEST_MODEL
              + " characters without control characters, was "
              + name.length()
              + " characters");
      return;
    }
    model = Optional.of(name);
  }

  /** Sets a model that an earlier answer had. */
  void sameModel(Optional<String> known) {
    model = known;
  }

  private static boolean hasControls(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  Optional<String> model() {
    return model;
  }

  /** The id of one call among many, in the results of a batch. */
  void id(String text) {
    id = Optional.of(text.substring(0, Math.min(text.length(), LONGEST_ID)));
  }

  Optional<String> id() {
    return id;
  }

  /** Notes that this is one of the results of a batch, with the request that it answers. */
  void withRequest() {
    isWithRequest = true;
  }

  boolean isWithRequest() {
    return isWithRequest;
  }

  void responseId(String text) {
    responseId = Optional.of(text.substring(0, Math.min(text.length(), LONGEST_ID)));
  }

  Optional<String> responseId() {
    return responseId;
  }

  /** The id of an item of a realtime session, which another model transcribed. */
  void itemId(String text) {
    itemId = Optional.of(text.substring(0, Math.min(text.length(), LONGEST_ID)));
  }

  Optional<String> itemId() {
    return itemId;
  }

  void type(String text) {
    type = text;
  }

  String type() {
    return type;
  }

  void fault(UsageFault.Kind kind, String message) {
    faults.add(new UsageFault(kind, message));
  }

  List<UsageFault> faults() {
    return faults;
  }
}
