using System.Collections.Immutable;

namespace MergeOps.Calibration.Data;

/// <summary>What a model reads of calibration data, before it is made of tokens.</summary>
/// <param name="Place">Where it stands, to begin a sentence about it: <c>line 3 of 'a.jsonl'</c>.</param>
internal abstract record CalibrationItem(string Place);

/// <summary>A text, all of which is predicted.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">Not empty.</param>
internal sealed record TextItem(string Place, string Text) : CalibrationItem(Place)
{
    /// <summary>Whether the data call it a prompt, and do not say what follows it.</summary>
    public bool IsPrompt { get; init; }
}

/// <summary>A long text, which is cut into windows.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">Not empty.</param>
internal sealed record DocumentItem(string Place, string Text) : CalibrationItem(Place);

/// <summary>A prompt with what follows it, which alone is predicted.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Prompt">Not empty.</param>
/// <param name="Completion">What follows it; null where the data does not say, as of a prompt whose label is one of several.</param>
internal sealed record PromptItem(string Place, string Prompt, string? Completion) : CalibrationItem(Place);

/// <summary>A conversation, of which the last message is predicted.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Messages">Two messages at least.</param>
internal sealed record ConversationItem(string Place, ImmutableArray<(string Role, string Content)> Messages) : CalibrationItem(Place);

/// <summary>A prompt of a mixture, whose states make the router.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Begin">The token that begins texts, as text; empty where there is none.</param>
/// <param name="Text">The prompt.</param>
/// <param name="Row">The row of the router: those of the experts, then those of the shared ones.</param>
/// <param name="IsAgainst">Whether tokens like these should not go there.</param>
internal sealed record GateItem(string Place, string Begin, string Text, int Row, bool IsAgainst) : CalibrationItem(Place);
