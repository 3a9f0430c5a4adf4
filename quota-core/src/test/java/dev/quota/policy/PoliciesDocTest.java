package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quota.usage.UsageReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the reference of the policy file true: every example in it is read. */
final class PoliciesDocTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "policies.md");

  /** The tables of keys by their headings: what the reader accepts there. */
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "The file", PoliciesReader.KEYS,
          "A plan", PoliciesReader.PLAN_KEYS,
          "An action", ActionsReader.KEYS,
          "A quota", QuotaReader.KEYS,
          "A unit", UnitReader.KEYS,
          "A limit", LimitReader.KEYS,
          "A reservation", ReservationReader.KEYS);

  private static final String PLANS = "plans: {free: {}, pro: {}}";
  private static final String LIMITS = "limits: {burst: 10 per minute, daily: 50 per calendar day}";

  private record Block(String language, int line, String text) {}

  private record Row(String heading, List<String> cells) {}

  private static List<String> lines() throws Exception {
    return Files.readAllLines(DOCUMENT);
  }

  private static List<Block> blocks() throws Exception {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = lines();
    for (int start = 0; start < lines.size(); start++) {
      if (lines.get(start).startsWith("```")) {
        String language = lines.get(start).substring(3);
        int end = start + 1 + lines.subList(start + 1, lines.size()).indexOf("```");
        String text = String.join("\n", lines.subList(start + 1, end)) + "\n";
        blocks.add(new Block(language, start + 1, text));
        start = end;
      }
    }
    return blocks;
  }

  /** Returns the rows of all tables, whose first cell is code. */
  private static List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    String heading = "";
    for (String line : lines()) {
      if (line.startsWith("## ")) {
        heading = line.substring(3);
      } else if (line.startsWith("| `")) {
        rows.add(
            new Row(heading, List.of(line.substring(2, line.length() - 2).split(" \\| ", -1))));
      }
    }
    return rows;
  }

  @Test
  void everyFileAndFragmentIsReadOrRefusedAsTheDocumentSays() throws Exception {
    List<Block> blocks = blocks();
    int files = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      if (block.language().equals("yaml")) {
        files++;
        boolean isFile = block.text().startsWith("version:");
        String file =
            isFile ? block.text() : "version: 1\n" + PLANS + "\nquotas:\n" + block.text().indent(2);
        Optional<Block> refusal =
            Optional.of(i + 1)
                .filter(next -> next < blocks.size())
                .map(blocks::get)
                .filter(next -> next.language().equals("text"));
        String expected = refusal.map(Block::text).orElse("");
        assertThat(mistakes(file)).as("line %d", block.line()).isEqualTo(expected);
      }
    }
    assertThat(files).isGreaterThanOrEqualTo(4);
  }

  @Test
  void everyKeyHasItsRowAndNoOther() throws Exception {
    List<Row> rows = rows();
    KEYS.forEach(
        (heading, keys) ->
            assertThat(rows.stream().filter(row -> row.heading().equals(heading)))
                .as(heading)
                .extracting(row -> code(row.cells().get(0)))
                .containsExactlyElementsOf(keys));
  }

  @Test
  void everyNameInFormulasHasItsRowAndNoOther() throws Exception {
    assertThat(rows().stream().filter(row -> row.heading().equals("What a call costs")))
        .extracting(row -> code(row.cells().get(0)))
        .containsExactlyElementsOf(UsageReport.NAMES);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource
  void exampleOfAKeyIsRead(String heading, String key, String example) {
    String file = around(heading, example);

    assertThat(example).as(heading).contains(key + ": ");
    assertThat(mistakes(file)).as(file).isEmpty();
  }

  static Stream<Arguments> exampleOfAKeyIsRead() throws Exception {
    return rows().stream()
        .filter(row -> KEYS.containsKey(row.heading()))
        .map(row -> arguments(row.heading(), code(row.cells().get(0)), code(row.cells().get(3))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void limitInWordsIsReadAndNamed(String phrase, String name) {
    assertThat(LimitPhrase.parse(phrase).defaultName()).isEqualTo(name);
  }

  static Stream<Arguments> limitInWordsIsReadAndNamed() throws Exception {
    return rows().stream()
        .filter(row -> row.heading().equals("A limit in words"))
        .map(row -> arguments(code(row.cells().get(0)), code(row.cells().get(1))));
  }

  /** Returns a file with the example in its place, beside whatever else must be there. */
  private static String around(String heading, String example) {
    String file = "version: 1\n" + PLANS + "\nquotas: {small: {limits: 9 per week}, chat: {%s}}\n";
    return switch (heading) {
      case "The file" -> with(example, "\n", "version: 1", PLANS);
      case "A plan" -> "version: 1\nplans: {free: {" + example + "}}\n";
      case "An action" ->
          "version: 1\nplans: {free: {actions: [{"
              + with(example, ", ", "rel: up", "label: Up", "href: /up")
              + "}]}}\n";
      case "A quota" -> String.format(file, with(bare(example), ", ", LIMITS));
      case "A unit" -> String.format(file, LIMITS + ", unit: " + example);
      case "A limit" ->
          String.format(
              file, "limits: {daily: {" + with(bare(example), ", ", "limit: 9 per week") + "}}");
      case "A reservation" -> String.format(file, LIMITS + ", reservation: {" + example + "}");
      default -> throw new IllegalArgumentException("heading " + heading);
    };
  }

  private static String with(String example, String separator, String... others) {
    String key = example.substring(0, example.indexOf(':') + 1);
    StringBuilder text = new StringBuilder(example);
    for (String other : others) {
      if (!other.startsWith(key)) {
        text.append(separator).append(other);
      }
    }
    return text.toString();
  }

  private static String bare(String example) {
    return example.startsWith("{") ? example.substring(1, example.length() - 1) : example;
  }

  private static String code(String cell) {
    assertThat(cell).startsWith("`").endsWith("`");
    return cell.substring(1, cell.length() - 1);
  }

  /** Returns what is wrong with a text as the document shows it, empty if nothing is. */
  private static String mistakes(String yaml) {
    StringBuilder shown = new StringBuilder();
    Read.mistakes(yaml).forEach(it -> shown.append("quotas.yaml:").append(it).append('\n'));
    return shown.toString();
  }
}
