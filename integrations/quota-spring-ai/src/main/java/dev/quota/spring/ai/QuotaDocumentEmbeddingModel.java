package dev.quota.spring.ai;

import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.DocumentEmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** A model of embeddings of documents with its quota. */
final class QuotaDocumentEmbeddingModel implements DocumentEmbeddingModel {

  private final DocumentEmbeddingModel model;
  private final QuotaModels quota;

  QuotaDocumentEmbeddingModel(DocumentEmbeddingModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public EmbeddingResponse call(DocumentEmbeddingRequest request) {
    return quota.call(
        QuotaEmbeddingModel.request(
            quota.model(request.getOptions(), model),
            request.getInstructions().stream().mapToLong(it -> quota.tokens(it.getText())).sum()),
        () -> model.call(request),
        (call, answer) -> call.endRound(QuotaEmbeddingModel.usage(answer)));
  }

  @Override
  public int dimensions() {
    return model.dimensions();
  }
}
