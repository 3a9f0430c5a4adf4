package dev.quota.spring.ai;

import dev.quota.models.ModelRequest;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.OptionalLong;
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
    return quota.call(
        request(
            quota.model(request.getOptions(), model),
            request.getInstructions().stream().mapToLong(quota::tokens).sum()),
        () -> model.call(request),
        (call, answer) -> call.endRound(usage(answer)));
  }

  static ModelRequest request(Optional<String> model, long input) {
    return new ModelRequest(model, input, OptionalLong.empty());
  }

  /** The model returns no use here, so the estimate of the input is charged. */
  @Override
  public float[] embed(Document document) {
    long input = quota.tokens(document.getText());
    return quota.call(
        request(quota.model(null, model), input),
        () -> model.embed(document),
        (call, answer) ->
            call.endRound(Optional.of(UsageReport.builder().inputTokens(input).build())));
  }

  static Optional<UsageReport> usage(EmbeddingResponse answer) {
    return ChatUsage.of(answer.getMetadata().getUsage())
        .map(it -> ChatUsage.named(it, answer.getMetadata().getModel()));
  }

  @Override
  public int dimensions() {
    return model.dimensions();
  }

  /** Overrides a method that only Spring AI 2 has. */
  public String getEmbeddingContent(Document document) {
    return (String) Later.invoke(EmbeddingModel.class, "getEmbeddingContent", model, document);
  }
}
