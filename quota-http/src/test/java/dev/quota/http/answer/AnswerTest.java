package dev.quota.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How an answer is written over the headers of others. */
class AnswerTest {

  private final SentHeaders sent = new SentHeaders();

  private static Answer.Builder refusal() {
    HeaderFields fields = new HeaderFields();
    fields.put("Retry-After", "6");
    return Answer.of(429).headers(fields, List.of("Retry-After"));
  }

  @Test
  void varyIsAddedAndEverythingElseIsReplaced() {
    sent.with("Vary", "Origin").with("retry-after", "1");
    refusal().header("Vary", "Accept").build().writeHeaders(sent);
    assertThat(sent.copy())
        .containsEntry("Vary", List.of("Origin", "Accept"))
        .containsEntry("Retry-After", List.of("6"));
  }

  @Test
  void aSecondWriteAddsNothing() {
    Answer answer = refusal().header("Vary", "Accept").build();
    answer.writeHeaders(sent.with("vary", "Accept"));
    answer.writeHeaders(sent);
    assertThat(sent.copy()).containsEntry("Vary", List.of("Accept"));
  }

  @Test
  void aPersonalAnswerIsStoredByNoCache() {
    sent.with("cache-control", "public")
        .with("Surrogate-Control", "max-age=60")
        .with("Expires", "Wed, 21 Oct 2099 07:28:00 GMT");
    refusal().uncached().build().writeHeaders(sent);
    assertThat(sent.copy())
        .containsEntry("Cache-Control", List.of("no-store"))
        .containsEntry("Surrogate-Control", List.of("no-store"))
        .containsEntry("Expires", List.of("0"));
  }

  @Test
  void otherAnswersKeepTheCacheHeadersOfOthers() {
    Answer.of(200).build().writeHeaders(sent.with("Cache-Control", "public"));
    assertThat(sent.copy()).containsEntry("Cache-Control", List.of("public"));
  }

  @Test
  void onlyAPageOfAnotherOriginThatMayReadItLearnsWhatItMayRead() {
    refusal().build().writeHeaders(sent);
    assertThat(sent.copy()).doesNotContainKey("Access-Control-Expose-Headers");
    refusal().build().writeHeaders(sent.with("access-control-allow-origin", "*"));
    assertThat(sent.copy()).containsEntry("Access-Control-Expose-Headers", List.of("Retry-After"));
  }
}
