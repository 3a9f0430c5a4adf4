package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import dev.quota.models.ModelRequest;
import dev.quota.usage.UsageReport;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechOptions;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.audio.tts.TextToSpeechResponse;
import reactor.core.publisher.Flux;

/** A model that speaks, with its quota. */
final class QuotaSpeechModel implements TextToSpeechModel {

  private static final String BILLED = "characters";

  private final TextToSpeechModel model;
  private final QuotaModels quota;

  QuotaSpeechModel(TextToSpeechModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public TextToSpeechResponse call(TextToSpeechPrompt prompt) {
    ModelRequest request = request(prompt);
    return quota.call(
        request,
        () -> model.call(prompt),
        (call, answer) -> call.endCountedRound(spoken(prompt, request), BILLED));
  }

  @Override
  public Flux<TextToSpeechResponse> stream(TextToSpeechPrompt prompt) {
    ModelRequest request = request(prompt);
    Consumer<ModelCall> over = call -> call.endCountedRound(spoken(prompt, request), BILLED);
    return quota.stream(
        request, () -> model.stream(prompt), (call, part) -> over.accept(call), over);
  }

  private ModelRequest request(TextToSpeechPrompt prompt) {
    return new ModelRequest(
        quota.model(prompt.getOptions(), model), quota.tokens(text(prompt)), OptionalLong.empty());
  }

  private static String text(TextToSpeechPrompt prompt) {
    String text = prompt.getInstructions().getText();
    return text == null ? "" : text;
  }

  private static UsageReport spoken(TextToSpeechPrompt prompt, ModelRequest request) {
    String text = text(prompt);
    UsageReport.Builder report =
        UsageReport.builder()
            .inputTokens(request.inputTokens())
            .amount(BILLED, text.codePointCount(0, text.length()));
    request.model().ifPresent(report::model);
    return report.build();
  }

  @Override
  public TextToSpeechOptions getDefaultOptions() {
    return model.getDefaultOptions();
  }
}
