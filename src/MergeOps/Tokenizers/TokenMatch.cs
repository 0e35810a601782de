namespace MergeOps.Tokenizers;

/// <summary>Finds the row that a model has for each token of another vocabulary.</summary>
internal static class TokenMatch
{
    /// <summary>Stands for a token that the model lacks.</summary>
    public const int Lacking = -1;

    /// <summary>Stands for an id without a token.</summary>
    public const int NoToken = -2;

    /// <summary>For each id of the output the model's row, <see cref="Lacking"/> or <see cref="NoToken"/>.</summary>
    /// <param name="output">The vocabulary of the output; all its tokens are known.</param>
    /// <param name="own">That of the model; all its tokens are known.</param>
    /// <param name="rows">The rows that the model has; tokens beyond them count as lacking.</param>
    /// <param name="apart">Tokens that share no place with a token of another name.</param>
    public static int[] Of(Vocabulary output, Vocabulary own, long rows, IReadOnlySet<string> apart)
    {
        var match = new int[output.Size];
        Array.Fill(match, NoToken);
        foreach (var token in output.Known)
        {
            match[token.Id] = RowOf(token, output, own, apart) is { } row && row < rows ? row : Lacking;
        }

        return match;
    }

    /// <summary>
    /// Whether a token of a model stands in the place of another one: both are marked, under one id, and the model's name is no token of the output or
    /// only a number.
    /// </summary>
    public static bool IsRenamed(Token token, Token own, Vocabulary output) =>
        token.IsMarked && own.IsMarked && (TokenSpelling.IsReserved(own.Text) || output.IdOf(own.Text) is null);

    /// <summary>The row that a model has for a token of the output; null where it has none.</summary>
    /// <param name="token">The token.</param>
    /// <param name="output">The vocabulary of the output.</param>
    /// <param name="own">That of the model.</param>
    /// <param name="apart">Tokens that share no place with a token of another name.</param>
    public static int? RowOf(Token token, Vocabulary output, Vocabulary own, IReadOnlySet<string> apart)
    {
        int? place = token.IsMarked && !apart.Contains(token.Text) && own.At(token.Id) is { } other && IsRenamed(token, other, output) ? token.Id : null;

        // the number of a reserved place is no name: its id says more
        return TokenSpelling.IsReserved(token.Text) ? place ?? own.IdOf(token.Text) : own.IdOf(token.Text) ?? place;
    }
}
