using Microsoft.Win32.SafeHandles;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>Float32 rows of every sequence on disk, such as the states between two layers. Belongs to one thread.</summary>
internal sealed class StateFile : IDisposable
{
    private readonly string path;
    private readonly long[] places;
    private readonly int size;
    private readonly SafeFileHandle file;

    private StateFile(string path, IReadOnlyList<int> lengths, int size, SafeFileHandle file)
    {
        (this.path, this.size, this.file) = (path, size, file);
        places = new long[lengths.Count + 1];
        for (var sequence = 0; sequence < lengths.Count; sequence++)
        {
            places[sequence + 1] = places[sequence] + ((long)lengths[sequence] * size * sizeof(float));
        }
    }

    /// <summary>Begins a new file.</summary>
    /// <param name="path">Its name; one that is there is written over.</param>
    /// <param name="lengths">How many rows each sequence has.</param>
    /// <param name="size">The elements of a row.</param>
    public static StateFile Create(string path, IReadOnlyList<int> lengths, int size) =>
        new(path, lengths, size, WriteFailure.Guard(path, () => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read)));

    /// <summary>Opens a file that was written.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="lengths">How many rows each sequence has.</param>
    /// <param name="size">The elements of a row.</param>
    public static StateFile Open(string path, IReadOnlyList<int> lengths, int size) => new(path, lengths, size, File.OpenHandle(path));

    /// <summary>Writes the rows of a sequence [length, size].</summary>
    public void Write(int sequence, Tensor rows)
    {
        using var contiguous = rows.detach().to(ScalarType.Float32).cpu().contiguous();
        WriteFailure.Guard(path, () => RandomAccess.Write(file, contiguous.bytes, places[sequence]));
    }

    /// <summary>The rows of a sequence [length, size]; in the caller's dispose scope.</summary>
    public Tensor Read(int sequence)
    {
        var rows = empty([(places[sequence + 1] - places[sequence]) / (size * sizeof(float)), size], dtype: ScalarType.Float32);
        ModelFile.ReadExactly(file, path, places[sequence], rows.bytes);
        return rows;
    }

    /// <summary>The rows of sequences side by side [rows, length, size], zero where they are filled up.</summary>
    public Tensor Read(TokenRows rows)
    {
        if (rows.Numbers is [var only])
        {
            return Read(only).unsqueeze(0);
        }

        var together = zeros([rows.Numbers.Count, rows.Length, size], dtype: ScalarType.Float32);
        foreach (var (row, number) in rows.Numbers.Index())
        {
            together[row].narrow(0, 0, rows.Ids[row].Length).copy_(Read(number));
        }

        return together;
    }

    /// <summary>Writes the rows of sequences that lie side by side.</summary>
    public void Write(TokenRows rows, Tensor together)
    {
        foreach (var (row, number) in rows.Numbers.Index())
        {
            Write(number, together[row].narrow(0, 0, rows.Ids[row].Length));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
