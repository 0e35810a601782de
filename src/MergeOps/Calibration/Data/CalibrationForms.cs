using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.Calibration.Data;

/// <summary>The forms that a row of calibration data may have, those of evaluation tasks.</summary>
/// <param name="labels">What a label's number stands for.</param>
/// <param name="delimiter">What stands between a prompt and a label.</param>
/// <param name="refuse">Takes what is wrong with a row.</param>
internal sealed class CalibrationForms(ImmutableArray<string> labels, string delimiter, Action<string> refuse)
{
    /// <summary>What messages say a row may have.</summary>
    public const string Words = "A row has \"text\"; \"prompt\" with \"completion\", \"answer\" or \"label\"; \"sentence1\" and \"sentence2\"; or \"messages\".";

    private static readonly string[] Completions = ["completion", "answer"];
    private static readonly string[] Sentences = ["sentence1", "sentence2"];

    /// <summary>The items of a row; none when it was refused.</summary>
    /// <param name="place">What messages call the row.</param>
    /// <param name="find">The value of a column, or null.</param>
    public IEnumerable<CalibrationItem> Of(string place, Func<string, JsonElement?> find)
    {
        CalibrationItem?[] items = find("messages") is { } messages ? [Conversation(place, messages)]
            : find("prompt") is { } prompt ? [Prompt(place, prompt, find)]
            : find("text") is { } text ? [Text(place, text, "text")]
            : Array.TrueForAll(Sentences, name => find(name) is not null) ? [.. Sentences.Select(name => Text(place, find(name)!.Value, name))]
            : [Refuse(Words)];
        return items.OfType<CalibrationItem>();
    }

    private CalibrationItem? Conversation(string place, JsonElement messages) => MessagesOf(messages) is { } conversation
        ? new ConversationItem(place, conversation)
        : Refuse("'messages' must be a list of two or more objects with the texts \"role\" and \"content\".");

    private CalibrationItem? Text(string place, JsonElement value, string name) =>
        TextOf(value) is { } text ? new TextItem(place, text) : RefuseEmpty(name);

    private CalibrationItem? Prompt(string place, JsonElement prompt, Func<string, JsonElement?> find)
    {
        if (TextOf(prompt) is not { } text)
        {
            return RefuseEmpty("prompt");
        }

        if (Array.Find(Completions, key => find(key) is not null) is { } name)
        {
            return TextOf(find(name)!.Value) is { } completion ? new PromptItem(place, text, completion) : RefuseEmpty(name);
        }

        if (find("label") is { } given)
        {
            return LabelOf(given) is { } known ? new PromptItem(place, text, delimiter + known)
                : Refuse(labels.IsEmpty
                    ? "The row has a 'label', but 'calibration' has no 'labels'. List what the labels stand for under 'labels'."
                    : $"The 'label' must be one of {string.Join(", ", labels.Select(TerminalText.Quoted))}, or a number from 0 to {labels.Length - 1}.");
        }

        return labels.IsEmpty ? new TextItem(place, text) { IsPrompt = true } : new PromptItem(place, text, null);
    }

    private string? LabelOf(JsonElement label)
    {
        var text = label.ValueKind is JsonValueKind.Number ? label.GetRawText() : TextOf(label);
        return text is null ? null
            : labels.Contains(text) ? text
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < labels.Length ? labels[number] : null;
    }

    private static ImmutableArray<(string Role, string Content)>? MessagesOf(JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var messages = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var message in list.EnumerateArray())
        {
            if (message.ValueKind is not JsonValueKind.Object || !message.TryGetProperty("role", out var role) || !message.TryGetProperty("content", out var content)
                || TextOf(role) is not { } speaker || TextOf(content) is not { } said)
            {
                return null;
            }

            messages.Add((speaker, said));
        }

        return messages.Count > 1 ? messages.ToImmutable() : null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private CalibrationItem? RefuseEmpty(string name) => Refuse($"The value of '{name}' must be a text that is not empty.");

    private CalibrationItem? Refuse(string mistake)
    {
        refuse(mistake);
        return null;
    }
}
