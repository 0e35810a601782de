using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Without white space at its ends.</summary>
[Component("Strip")]
internal sealed class Strip(ComponentSettings settings) : INormalizer
{
    private readonly bool left = settings.Flag("strip_left");
    private readonly bool right = settings.Flag("strip_right");

    /// <inheritdoc/>
    public Piece Normalize(Piece piece)
    {
        var (start, end) = (0, piece.Points.Length);
        while (left && start < end && CharacterClasses.WhiteSpace.Contains(piece.Points[start]))
        {
            start++;
        }

        while (right && start < end && CharacterClasses.WhiteSpace.Contains(piece.Points[end - 1]))
        {
            end--;
        }

        return piece.With([.. piece.Points[start..end]], [.. piece.Origins[start..end]]);
    }
}
