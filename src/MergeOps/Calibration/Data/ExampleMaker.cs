using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Models;
using MergeOps.Models.Embeddings;

namespace MergeOps.Calibration.Data;

/// <summary>What is asked of a model.</summary>
internal enum Asked
{
    /// <summary>To read.</summary>
    Reading,

    /// <summary>To predict what follows in the data.</summary>
    Prediction,

    /// <summary>To predict each of the labels.</summary>
    Labels,

    /// <summary>To predict what the data need not say: what comes behind each prompt, and behind each token of a text.</summary>
    Anything,
}

/// <summary>Draws items and makes tokens of them with a model's own tokenizer.</summary>
internal static class ExampleMaker
{
    /// <summary>The examples that a language model reads and predicts.</summary>
    /// <param name="data">The data.</param>
    /// <param name="model">The model.</param>
    /// <param name="asked">What is asked of it.</param>
    /// <exception cref="MergeOpsException">An item does not do for it.</exception>
    public static ImmutableArray<CalibrationExample> Of(CalibrationData data, LanguageModel model, Asked asked)
    {
        if (model.WhyNoConversation is { } lacking && (data.Settings.IsChat || data.Items.Any(item => item is ConversationItem)))
        {
            throw new MergeOpsException(Codes.NotMeasured, $"The data consists of conversations, and {lacking}.", data.Settings.Span);
        }

        var context = Math.Min(model.Model.Shape.ContextLength, data.Settings.MaxLength ?? int.MaxValue);
        // what is only read goes in whole, to its last token
        var encoder = new SequenceEncoder(model, data.Settings, asked is Asked.Reading ? Math.Max(1, context - 1) : context, isRead: asked is Asked.Reading);
        return Drawn(data, encoder.Windows, (item, number) => new(
            number,
            asked is Asked.Labels
                ? [.. data.Settings.Labels.Select(label => CalibrationSequence.Predicted(encoder.WithLabel(item, label)))]
                : [asked is Asked.Anything ? encoder.Unanswered(item) : Sequence(encoder.Of(item))]));

        CalibrationSequence Sequence(TokenSequence tokens) => asked is Asked.Reading ? CalibrationSequence.Read(tokens.Ids) : CalibrationSequence.Predicted(tokens);
    }

    /// <summary>The texts that an embedding model reads.</summary>
    /// <param name="data">The data.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="MergeOpsException">An item does not do for it.</exception>
    public static ImmutableArray<CalibrationExample> Of(CalibrationData data, EmbeddingModel model) => Drawn(
        data,
        document => [.. document.Text.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => new TextItem(document.Place, line))],
        (item, number) => new(number, [CalibrationSequence.Read(model.Tokenizer.Encode(TextOf(item), data.Settings.MaxLength ?? int.MaxValue))]));

    /// <summary>The prompts of a mixture, each behind the token that begins texts.</summary>
    /// <param name="data">The prompts.</param>
    /// <param name="model">The base.</param>
    /// <exception cref="MergeOpsException">One has no token, or more than the model reads.</exception>
    public static ImmutableArray<CalibrationExample> OfPrompts(CalibrationData data, LanguageModel model) =>
        [.. data.Items.Cast<GateItem>().Index().Select(prompt => new CalibrationExample(prompt.Index, [CalibrationSequence.Read(IdsOf(prompt.Item, data, model))]))];

    private static int[] IdsOf(GateItem prompt, CalibrationData data, LanguageModel model)
    {
        // tokenizers that do not know the text of that token put it there themselves
        var isKnown = prompt.Begin.Length > 0 && model.Tokenizer.Encode(prompt.Begin) is [_];
        int[] ids = isKnown || prompt.Begin.Length == 0 || model.Tokenizer.Begin is not { } begin
            ? model.Tokenizer.Encode(prompt.Begin + prompt.Text)
            : [begin, .. model.Tokenizer.Encode(prompt.Text)];
        return ids.Length == 0 || ids.Length > model.Model.Shape.ContextLength
            ? throw new MergeOpsException(
                Codes.CalibrationItemMalformed,
                ids.Length == 0 ? $"The {prompt.Place} has no token." : $"The {prompt.Place} has {ids.Length} tokens, and the model reads {model.Model.Shape.ContextLength} at once. Shorten it.",
                data.Settings.Span)
            : ids;
    }

    private static ImmutableArray<CalibrationExample> Drawn(
        CalibrationData data, Func<DocumentItem, IReadOnlyList<CalibrationItem>> split, Func<CalibrationItem, int, CalibrationExample> make)
    {
        List<CalibrationItem> units = [.. data.Items.SelectMany(item => item is DocumentItem document ? split(document) : [item])];
        var chosen = data.Settings.Items is { } wanted && wanted < units.Count
            ? new SplitMix64(data.Settings.Seed).Shuffled(units.Count)[..wanted].Order()
            : Enumerable.Range(0, units.Count);
        return [.. chosen.Select(number => make(units[number], number))];
    }

    private static string TextOf(CalibrationItem item) => item switch
    {
        TextItem text => text.Text,
        PromptItem prompt => prompt.Prompt + prompt.Completion,
        _ => throw new MergeOpsException(Codes.NotMeasured, $"{char.ToUpperInvariant(item.Place[0])}{item.Place[1..]} is a conversation, which an embedding model does not read. Give it texts."),
    };
}
