package dev.quota.message;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What the policies of the tests call things, in every shipped language but English. */
final class Translated {

  private static final List<String> LANGUAGES = List.of("de", "fr", "es", "pl", "ar", "ja", "zh");

  private static final Map<String, List<String>> TEXTS =
      Map.of(
          "See plans",
          List.of(
              "Tarife ansehen",
              "Voir les forfaits",
              "Ver los planes",
              "Zobacz plany",
              "عرض الباقات",
              "プランを見る",
              "查看套餐"),
          "Free",
          List.of("Gratis", "Gratuit", "Gratis", "Darmowy", "المجانية", "無料", "免费版"),
          "Chat messages",
          List.of(
              "Chatnachrichten",
              "Messages du chat",
              "Mensajes del chat",
              "Wiadomości na czacie",
              "رسائل الدردشة",
              "チャットメッセージ",
              "聊天消息"),
          "Images",
          List.of("Bilder", "Images", "Imágenes", "Obrazy", "الصور", "画像", "图片"),
          "a smaller model",
          List.of(
              "ein kleineres Modell",
              "un modèle plus petit",
              "un modelo más pequeño",
              "mniejszy model",
              "نموذج أصغر",
              "小型モデル",
              "较小的模型"),
          "shorter answers",
          List.of(
              "kürzere Antworten",
              "réponses plus courtes",
              "respuestas más cortas",
              "krótsze odpowiedzi",
              "إجابات أقصر",
              "短い回答",
              "较短的回答"));

  private Translated() {}

  /** Returns a text of the tests in all other languages. */
  static Map<Locale, String> into(String english) {
    List<String> texts = Objects.requireNonNull(TEXTS.get(english), english);
    Map<Locale, String> byLanguage = new HashMap<>();
    for (int i = 0; i < LANGUAGES.size(); i++) {
      byLanguage.put(Locale.forLanguageTag(LANGUAGES.get(i)), texts.get(i));
    }
    return byLanguage;
  }
}
