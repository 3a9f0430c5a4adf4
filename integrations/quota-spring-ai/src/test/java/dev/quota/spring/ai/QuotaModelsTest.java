package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;

class QuotaModelsTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        vectors: {limits: 100 per calendar day, cost: input_tokens, estimate: 20}
        pictures:
          limits: 10 per calendar day
          usage-names: images
          cost: 3 * images
          estimate: 3
        smaller:
          limits: 10 per calendar day
          when-exhausted: degrade
          degraded-model: small
      """;

  /** Each text is 30 tokens, or as many as it says. */
  private static final class Vectors implements EmbeddingModel {

    private int calls;

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
      calls++;
      if (request.getInstructions().contains("broken")) {
        throw new IllegalArgumentException("broken");
      }
      return new EmbeddingResponse(
          List.of(new Embedding(new float[] {1}, 0)),
          new EmbeddingResponseMetadata("m", new DefaultUsage(30, 0)));
    }

    @Override
    public float[] embed(Document document) {
      calls++;
      return new float[] {1};
    }

    @Override
    public int dimensions() {
      return 7;
    }
  }

  private final Subject alice = Subject.user("alice");
  private final Vectors model = new Vectors();
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private QuotaModels models(String quota) {
    return QuotaModels.builder(quotas, quota).subject(() -> Optional.of(alice)).build();
  }

  private long used(String quota) {
    var limit = quotas.states(alice).quota(quota).orElseThrow().primary();
    assertThat(limit.reserved()).hasValue(0);
    return limit.used().orElseThrow();
  }

  @Test
  void embeddingsCostWhatTheModelReports() {
    EmbeddingModel metered = models("vectors").around(model);

    assertThat(metered.embed("a text")).hasSize(1);
    assertThat(used("vectors")).isEqualTo(30);
    assertThat(metered.embedForResponse(List.of("one", "two")).getResults()).hasSize(1);
    assertThat(used("vectors")).isEqualTo(60);
    assertThat(metered.dimensions()).isEqualTo(7);
  }

  @Test
  void aDocumentCostsItsEstimate() {
    assertThat(models("vectors").around(model).embed(new Document("four words of text")))
        .hasSize(1);
    assertThat(used("vectors")).isBetween(3L, 10L);
  }

  @Test
  void aRefusedCallDoesNotReachTheModel() {
    var unused = quotas.charge(alice, "vectors", 95);
    EmbeddingModel metered = models("vectors").around(model);

    assertThatThrownBy(() -> metered.embed("a text")).isInstanceOf(QuotaRefusedException.class);
    assertThat(model.calls).isZero();
    assertThat(used("vectors")).isEqualTo(95);
  }

  @Test
  void aFailedCallCostsNothing() {
    EmbeddingModel metered = models("vectors").around(model);

    assertThatThrownBy(() -> metered.embed("broken")).hasMessage("broken");
    assertThat(used("vectors")).isZero();
  }

  @Test
  void imagesAreCounted() {
    ImageModel metered =
        models("pictures")
            .around(
                (ImageModel)
                    prompt ->
                        new ImageResponse(
                            List.of(
                                new ImageGeneration(new Image("a", null)),
                                new ImageGeneration(new Image("b", null)))));

    assertThat(metered.call(new ImagePrompt("a cat")).getResults()).hasSize(2);
    assertThat(used("pictures")).isEqualTo(6);
  }

  @Test
  void nobodyIsChargedSilently() {
    EmbeddingModel metered = QuotaModels.builder(quotas, "vectors").build().around(model);

    assertThatThrownBy(() -> metered.embed("a text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("subject(…)");
    assertThat(model.calls).isZero();
  }

  @Test
  void aQuotaThatDegradesIsRefusedAtTheStart() {
    assertThatThrownBy(() -> models("smaller"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot replace");
  }
}
