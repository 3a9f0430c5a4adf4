package dev.quota.internal.yaml;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Refused;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Turns YAML into a tree of texts. It uses the parser's events and not its nodes, because only
 * events have the position of an alias, and because aliases and types are refused anyway. It does
 * not use the facade of the parser, which would load a hundred classes for making objects.
 */
public final class YamlReader {

  /** The policy file needs six levels. */
  private static final int DEEPEST = 20;

  private final Parser events;
  private final Mistakes mistakes;

  private YamlReader(String text, Mistakes mistakes) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Math.max(1, text.length()));
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(0);
    this.events = new ParserImpl(new StreamReader(new StringReader(text)), options);
    this.mistakes = mistakes;
  }

  /** Returns the root of the only document; empty if the text cannot be read to its end. */
  public static Optional<YamlNode> read(String text, Mistakes mistakes) {
    int forbidden = firstForbidden(text);
    if (forbidden < text.length()) {
      reportForbidden(text, forbidden, mistakes);
      return Optional.empty();
    }
    try {
      return new YamlReader(text, mistakes).document();
    } catch (TooDeep e) {
      return Optional.empty(); // it was reported
    } catch (MarkedYAMLException e) {
      Position at =
          Optional.ofNullable(e.getProblemMark())
              .or(() -> Optional.ofNullable(e.getContextMark()))
              .map(Position::of)
              .orElse(Position.START);
      mistakes.add(at, "malformed YAML: " + explained(e));
    } catch (YAMLException e) {
      mistakes.add(Position.START, "malformed YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static String explained(MarkedYAMLException e) {
    String problem = String.valueOf(e.getProblem());
    boolean isAboutBlocks = problem.startsWith("expected <block end>");
    String context = e.getContext() == null ? "" : " " + e.getContext().strip();
    return problem.strip() + context + (isAboutBlocks ? "; is everything indented alike?" : "");
  }

  /**
   * Returns the index of the first character that no file may contain, or the length if there is
   * none.
   */
  private static int firstForbidden(String text) {
    int index = 0;
    while (index < text.length() && StreamReader.isPrintable(text.codePointAt(index))) {
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  private static void reportForbidden(String text, int index, Mistakes mistakes) {
    mistakes.add(
        Position.after(text.substring(0, index)),
        String.format("the character U+%04X is not allowed in a file", text.codePointAt(index)));
  }

  private Optional<YamlNode> document() {
    events.getEvent(); // the start of the stream
    if (!events.getEvent().is(Event.ID.DocumentStart)) {
      mistakes.add(Position.START, "the file is empty; it must start with `version: 1`");
      return Optional.empty();
    }
    YamlNode root = node(events.getEvent(), 1);
    events.getEvent(); // the end of the document
    Event next = events.getEvent();
    if (next.is(Event.ID.DocumentStart)) {
      mistakes.add(
          Position.of(next.getStartMark()), "a second document; a policy file has one only");
    }
    return Optional.of(root);
  }

  private YamlNode node(Event event, int depth) {
    Position at = Position.of(event.getStartMark());
    if (event instanceof AliasEvent alias) {
      mistakes.add(
          at, "aliases such as *" + alias.getAnchor() + " are not supported; repeat what you mean");
      return new Refused(at);
    }
    refuseProperties(event, at);
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar, at);
    }
    if (depth > DEEPEST) {
      mistakes.add(at, "nested too deeply; at most " + DEEPEST + " levels are allowed");
      throw new TooDeep();
    }
    return event instanceof MappingStartEvent ? mapping(at, depth) : sequence(at, depth);
  }

  private void refuseProperties(Event event, Position at) {
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      mistakes.add(at, "anchors such as &" + node.getAnchor() + " are not supported");
    }
    boolean isTagged =
        event instanceof ScalarEvent scalar
            ? scalar.getTag() != null
            : event instanceof CollectionStartEvent collection && collection.getTag() != null;
    if (isTagged) {
      mistakes.add(at, "tags such as !!str are not supported; every value is read as it stands");
    }
  }

  private static Scalar scalar(ScalarEvent event, Position at) {
    String text = event.getValue();
    int lead = event.isSQuoted() || event.isDQuoted() ? 1 : 0;
    int length = event.getEndMark().getIndex() - event.getStartMark().getIndex();
    boolean verbatim =
        (event.isPlain() || lead == 1)
            && event.getStartMark().getLine() == event.getEndMark().getLine()
            && length == text.codePointCount(0, text.length()) + 2 * lead;
    return new Scalar(at, text, event.isPlain() ? 0 : 1, verbatim);
  }

  private Sequence sequence(Position at, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.getEvent(); isInside(event); event = events.getEvent()) {
      items.add(node(event, depth + 1));
    }
    return new Sequence(at, List.copyOf(items));
  }

  private Mapping mapping(Position at, int depth) {
    List<Pair> pairs = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (Event event = events.getEvent(); isInside(event); event = events.getEvent()) {
      YamlNode key = node(event, depth + 1);
      YamlNode value = node(events.getEvent(), depth + 1);
      if (key instanceof Scalar name && isUsable(name, keys)) {
        pairs.add(new Pair(name, value));
      } else if (key instanceof Sequence || key instanceof Mapping) {
        mistakes.add(key.at(), "a key must be a single value, was " + key.kind());
      }
    }
    return new Mapping(at, List.copyOf(pairs));
  }

  private boolean isUsable(Scalar key, Set<String> before) {
    if (key.text().equals("<<")) {
      mistakes.add(key.at(), "merge keys are not supported; repeat what you mean");
      return false;
    }
    if (!before.add(key.text())) {
      mistakes.add(key.at(), "the key " + Shown.text(key.text()) + " is there twice");
      return false;
    }
    return true;
  }

  private static boolean isInside(Event event) {
    return !(event instanceof CollectionEndEvent);
  }

  /** Stops the reading, because the parser needs time in the square of the depth. */
  private static final class TooDeep extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }
}
