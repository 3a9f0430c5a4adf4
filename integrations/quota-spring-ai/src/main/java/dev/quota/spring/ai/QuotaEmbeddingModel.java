package dev.quota.spring.ai;

import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** A model of embeddings with its quota. */
final class QuotaEmbeddingModel implements EmbeddingModel {

  private final EmbeddingModel model;
  private final QuotaModels quota;

  QuotaEmbeddingModel(EmbeddingModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    long input = request.getInstructions().stream().mapToLong(this::tokens).sum();
    return quota.call(
        Optional.ofNullable(request.getOptions()).flatMap(it -> Optional.ofNullable(it.getModel())),
        input,
        () -> model.call(request),
        QuotaEmbeddingModel::usage);
  }

  /** The model returns no use here, so the estimate of the input is charged. */
  @Override
  public float[] embed(Document document) {
    long input = tokens(document.getText());
    return quota.call(
        Optional.empty(),
        input,
        () -> model.embed(document),
        it -> Optional.of(UsageReport.builder().inputTokens(input).build()));
  }

  private long tokens(@Nullable String text) {
    return text == null || text.isEmpty() ? 0 : quota.estimator().tokens(text);
  }

  private static Optional<UsageReport> usage(EmbeddingResponse answer) {
    return ChatUsage.of(answer.getMetadata().getUsage())
        .map(it -> ChatUsage.named(it, answer.getMetadata().getModel()));
  }

  @Override
  public int dimensions() {
    return model.dimensions();
  }
}
