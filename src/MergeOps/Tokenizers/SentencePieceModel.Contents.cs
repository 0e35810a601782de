using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers;

/// <summary>Reads the settings of a SentencePiece model too: field 2 is how it was trained, 3 how it normalizes, 5 what it does to decoded texts.</summary>
internal ref partial struct SentencePieceModel
{
    private const ulong TrainerSpec = (2 << 3) | OfBytes;
    private const ulong DenormalizerSpec = (5 << 3) | OfBytes;
    private const ulong TrainedModelType = 3 << 3;
    private const ulong TrainedSuffix = 24 << 3;
    private const ulong TrainedUnknownText = (44 << 3) | OfBytes;
    private const ulong NormalizerRules = (2 << 3) | OfBytes;
    private const ulong NormalizerAddsSpace = 3 << 3;
    private const ulong NormalizerRemovesSpaces = 4 << 3;
    private const ulong NormalizerEscapesSpaces = 5 << 3;

    /// <summary>All that decides what texts become.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is no such model.</exception>
    public static SentencePieceContents Contents(ReadOnlySpan<byte> file, string path)
    {
        var contents = new SentencePieceContents();
        var model = new SentencePieceModel(file, path);
        while (!model.rest.IsEmpty)
        {
            switch (model.Next(out _, out var bytes))
            {
                case Pieces:
                    contents.Pieces.Add(new SentencePieceModel(bytes, path).PieceWithKind());
                    break;
                case TrainerSpec:
                    new SentencePieceModel(bytes, path).ReadTrainer(contents);
                    break;
                case NormalizerSpec:
                    new SentencePieceModel(bytes, path).ReadNormalizer(contents);
                    break;
                case DenormalizerSpec:
                    contents.Denormalizes |= new SentencePieceModel(bytes, path).HasRules();
                    break;
            }
        }

        return contents;
    }

    private (string Text, float Score, PieceKind Kind) PieceWithKind()
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        while (!rest.IsEmpty)
        {
            switch (Next(out var number, out var bytes))
            {
                case PieceText:
                    text = Text(bytes);
                    break;
                case PieceScore:
                    score = BitConverter.UInt32BitsToSingle((uint)number);
                    break;
                case PieceType:
                    kind = number is >= Normal and <= Byte ? (PieceKind)number : throw Broken($"A piece has the type {number}.");
                    break;
            }
        }

        return (text, score, kind);
    }

    private void ReadTrainer(SentencePieceContents contents)
    {
        while (!rest.IsEmpty)
        {
            switch (Next(out var number, out var bytes))
            {
                case TrainedModelType:
                    contents.ModelType = number;
                    break;
                case TrainedSuffix:
                    contents.SpacesAreSuffixes = number != 0;
                    break;
                case TrainedUnknownText:
                    contents.UnknownText = Text(bytes);
                    break;
            }
        }
    }

    private void ReadNormalizer(SentencePieceContents contents)
    {
        while (!rest.IsEmpty)
        {
            switch (Next(out var number, out var bytes))
            {
                case NormalizerRules:
                    contents.Rules = bytes.ToArray();
                    break;
                case NormalizerAddsSpace:
                    contents.AddsSpace = number != 0;
                    break;
                case NormalizerRemovesSpaces:
                    contents.RemovesSpaces = number != 0;
                    break;
                case NormalizerEscapesSpaces:
                    contents.EscapesSpaces = number != 0;
                    break;
            }
        }
    }

    private bool HasRules()
    {
        var hasRules = false;
        while (!rest.IsEmpty)
        {
            hasRules |= Next(out _, out var bytes) == NormalizerRules && !bytes.IsEmpty;
        }

        return hasRules;
    }
}
