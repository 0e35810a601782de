using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Recipes;

namespace MergeOps.Calibration.Data;

/// <summary>Makes tokens of items as evaluation does.</summary>
/// <param name="model">The model, whose tokenizer and chat template are used.</param>
/// <param name="settings">What the recipe says.</param>
/// <param name="context">The most tokens before the last one.</param>
/// <param name="isRead">Whether nothing is predicted, so that a prompt stands for itself.</param>
internal sealed class SequenceEncoder(LanguageModel model, CalibrationSettings settings, int context, bool isRead)
{
    /// <summary>A document in windows, each an item.</summary>
    public IReadOnlyList<CalibrationItem> Windows(DocumentItem document) =>
        [.. TokenSequence.Windows(model.Tokenizer, document.Text, context).Select(window => new WindowItem(document.Place, window))];

    /// <summary>The tokens of an item; of what does not fit a text and a completion lose their end, a prompt its beginning.</summary>
    /// <exception cref="MergeOpsException">There is nothing to predict.</exception>
    public TokenSequence Of(CalibrationItem item) => item switch
    {
        WindowItem window => window.Tokens,
        TextItem text => OfText(item, text.Text),
        PromptItem { Completion: { } completion } prompt => Pair(item, PromptOf(prompt.Prompt), completion),
        PromptItem prompt when isRead => OfText(item, PromptOf(prompt.Prompt)),
        PromptItem => throw new MergeOpsException(
            Codes.CalibrationItemMalformed, $"{Begun(item.Place)} is a prompt without a completion, and the completion is what is predicted. Give each row a 'label', a 'completion' or an 'answer'.", settings.Span),
        ConversationItem conversation => OfConversation(conversation),
        _ => throw new ArgumentOutOfRangeException(nameof(item), item, "not an item"),
    };

    /// <summary>The tokens of a prompt with a label behind it.</summary>
    /// <exception cref="MergeOpsException">It is no prompt.</exception>
    public TokenSequence WithLabel(CalibrationItem item, string label) => item is PromptItem prompt
        ? Pair(item, PromptOf(prompt.Prompt), settings.TargetDelimiter + label)
        : throw new MergeOpsException(
            Codes.CalibrationItemMalformed, $"{Begun(item.Place)} has no 'prompt', and 'variant: exact' puts each of the labels after one.", settings.Span);

    /// <summary>An item without what the data say of its end: of a prompt the last position is asked, of a text each.</summary>
    /// <exception cref="MergeOpsException">There is nothing to predict.</exception>
    public CalibrationSequence Unanswered(CalibrationItem item)
    {
        var prompt = item switch
        {
            PromptItem { Prompt: var text } => PromptOf(text),
            TextItem { IsPrompt: true, Text: var text } => PromptOf(text),
            ConversationItem conversation => model.Conversation(conversation.Messages[..^1], answers: true),
            _ => null,
        };
        if (prompt is null)
        {
            return CalibrationSequence.Open(Of(item).Ids[..^1], 0);
        }

        // white space at the end of a prompt belongs to what follows it, as where it is answered
        int[] ids = TokenSequence.Windows(model.Tokenizer, prompt.TrimEnd(), int.MaxValue - 1).Select(window => window.Ids).FirstOrDefault() ?? throw Nothing(item);
        ids = ids[Math.Max(0, ids.Length - context)..];
        return CalibrationSequence.Open(ids, ids.Length - 1);
    }

    private TokenSequence OfText(CalibrationItem item, string text) =>
        TokenSequence.Windows(model.Tokenizer, text, context).Select(window => (TokenSequence?)window).FirstOrDefault() ?? throw Nothing(item);

    private string PromptOf(string prompt) => settings.IsChat ? model.Conversation(prompt) : prompt;

    private TokenSequence OfConversation(ConversationItem conversation)
    {
        var prompt = model.Conversation(conversation.Messages[..^1], answers: true);
        var whole = model.Conversation(conversation.Messages, answers: false);
        return whole.StartsWith(prompt, StringComparison.Ordinal)
            ? Pair(conversation, prompt, whole[prompt.Length..])
            : throw new MergeOpsException(
                Codes.CalibrationItemMalformed,
                $"{Begun(conversation.Place)}: the model's chat template renders the beginning of the conversation differently when the last message is there, so it is unclear which part is predicted. Give 'prompt' and 'completion'.",
                settings.Span);
    }

    private TokenSequence Pair(CalibrationItem item, string prompt, string completion)
    {
        var pair = TokenSequence.Pair(model.Tokenizer, prompt, completion, int.MaxValue - 1);
        if (pair.Predicted < 1)
        {
            throw Nothing(item);
        }

        if (pair.Predicted > context)
        {
            return new(pair.Ids[(pair.FirstPredicted - 1)..(pair.FirstPredicted + context)], 1);
        }

        var cut = Math.Max(0, pair.Ids.Length - (context + 1));
        return new(pair.Ids[cut..], pair.FirstPredicted - cut);
    }

    private MergeOpsException Nothing(CalibrationItem item) =>
        new(Codes.CalibrationItemMalformed, $"{Begun(item.Place)} has no token that the model could predict.", settings.Span);

    private static string Begun(string place) => char.ToUpperInvariant(place[0]) + place[1..];

    private sealed record WindowItem(string Place, TokenSequence Tokens) : CalibrationItem(Place);
}
