using System.Collections.Frozen;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>
/// Writes a statistics file by position, from any number of threads. Under the final name it stands when it is complete,
/// never a part of it; what was begun and not completed is gone.
/// </summary>
internal sealed class StatisticsWriter : IDisposable
{
    private const int PieceBytes = 1 << 20;

    // of SHA-256 in hex digits: the header's length must be known before the digest is
    private const int DigestLength = 64;

    private readonly string path;
    private readonly string temporary;
    private readonly StatisticsDescription description;
    private readonly StatisticForm form;
    private readonly OutputTensor[] tensors;
    private readonly FrozenDictionary<string, TensorInfo> places;
    private readonly DurableFile file;
    private bool isComplete;

    /// <summary>Begins.</summary>
    /// <param name="path">The final name; the folder exists.</param>
    /// <param name="description">What the file says of itself, without the norm.</param>
    /// <param name="tensors">The tensors that will be written.</param>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public StatisticsWriter(string path, StatisticsDescription description, IEnumerable<OutputTensor> tensors)
    {
        this.path = Path.GetFullPath(path);
        this.tensors = [.. tensors];
        form = StatisticForm.Of(description.Kind);
        if (Array.Find(this.tensors, tensor => form.Objection(tensor.DType, tensor.Shape) is not null) is { } odd)
        {
            throw new ArgumentException($"{odd.Name} {form.Objection(odd.DType, odd.Shape)}", nameof(tensors));
        }

        this.description = description with { Norm = form.HasNorm ? 0 : null, Digest = new string('0', DigestLength) };
        var shard = Shard(this.description);
        places = shard.Tensors.ToFrozenDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        temporary = TemporaryFile.Beside(this.path);
        file = DurableFile.OpenOrCreate(temporary, shard.Length);
    }

    /// <summary>Writes a piece of a tensor.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="offset">The piece's first byte in the tensor.</param>
    /// <param name="bytes">The piece, little-endian.</param>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        var place = places[tensor];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, place.ByteLength);
        file.Write(place.Offset + offset, bytes);
    }

    /// <summary>Looks at every number once, finds norm and digest, writes the header and gives the file its name.</summary>
    /// <exception cref="MergeOpsException">A number is impossible for such statistics, or the disk is full or failed.</exception>
    public void Complete()
    {
        var squares = 0.0;
        List<DigestedTensor> digested = [];
        foreach (var place in places.Values.OrderBy(place => place.Name, StringComparer.Ordinal))
        {
            var content = new ContentDigest();
            squares += SquaresOf(place, content);
            digested.Add(new(place.Name, place.DType, place.Shape, content.Finish()));
        }

        var described = form.HasNorm ? description with { Norm = Math.Sqrt(squares) } : description;
        var whole = Shard(described with { Digest = StatisticsContent.DigestOf(StatisticsMetadata.Write(described), digested) });
        file.Write(0, whole.Header.AsSpan());
        file.Flush();
        isComplete = true;
        file.Dispose();
        DurableFolder.Rename(temporary, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        if (!isComplete)
        {
            WriteFailure.Guard(temporary, () => File.Delete(temporary));
        }
    }

    private OutputShard Shard(StatisticsDescription written) => SafetensorsHeaderWriter.Shard(Path.GetFileName(path), tensors, StatisticsMetadata.Write(written));

    private double SquaresOf(TensorInfo place, ContentDigest content)
    {
        var sum = 0d;
        var buffer = new byte[Math.Min(PieceBytes, place.ByteLength)];
        for (var offset = 0L; offset < place.ByteLength; offset += PieceBytes)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, place.ByteLength - offset));
            file.Read(place.Offset + offset, piece);
            content.Append(piece);
            sum += place.DType switch
            {
                DType.F32 => SquaresOf(MemoryMarshal.Cast<byte, float>(piece), place),
                DType.F64 => SquaresOf(MemoryMarshal.Cast<byte, double>(piece), place),
                _ => 0,
            };
        }

        return sum;
    }

    private double SquaresOf<T>(ReadOnlySpan<T> numbers, TensorInfo place)
        where T : System.Numerics.INumber<T>
    {
        var sum = 0d;
        foreach (var number in numbers)
        {
            var value = double.CreateChecked(number);
            if (!double.IsFinite(value) || (value < 0 && !form.HasNegatives))
            {
                throw new MergeOpsException(
                    Codes.StatisticsImpossible,
                    $"{TerminalText.Quoted(place.Name)} of the {StatisticForm.NameOf(description.Kind)} statistics of '{description.Model}' would hold {value}. The model's arithmetic overflows on this data; nothing was written.",
                    SourceSpan.File(path));
            }

            sum += value * value;
        }

        return sum;
    }
}
