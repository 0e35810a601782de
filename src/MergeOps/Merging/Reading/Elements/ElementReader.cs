using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Fills memory with the elements of a source, range by range. Belongs to one thread.</summary>
internal abstract class ElementReader
{
    /// <summary>Whether only samples are read.</summary>
    public abstract bool IsSampled { set; }

    /// <summary>Fills memory with a run of elements; runs that ascend until <see cref="Finish"/> cost the least.</summary>
    /// <param name="start">The first element, counted row by row.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="target">Takes them.</param>
    /// <param name="form">How they are wanted; as they are stored only where <see cref="TensorSource.IsAsStored"/> holds.</param>
    /// <exception cref="MergeOpsException">A file cannot be read, is not the one that was planned or hashed, or holds NaN or infinity that the recipe does not allow.</exception>
    public void Read(long start, long count, Span<byte> target, ElementForm form)
    {
        if (form == ElementForm.Stored)
        {
            ReadPiece(start, checked((int)count), target, form);
            return;
        }

        var size = form == ElementForm.Single ? sizeof(float) : sizeof(double);
        for (var done = 0L; done < count; done += PieceBuffers.Elements)
        {
            var piece = (int)Math.Min(PieceBuffers.Elements, count - done);
            ReadPiece(start + done, piece, target.Slice((int)done * size, piece * size), form);
        }
    }

    /// <summary>The shortest runs of stored tensors that hold all that a run of elements is made of, one for each stored tensor.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="count">The number of elements.</param>
    public abstract IEnumerable<StoredRun> RunsOf(long start, long count);

    /// <summary>From now on pieces are read in any order; readers for which that makes no difference do nothing.</summary>
    /// <param name="pieceLength">Elements of a piece.</param>
    public virtual void ReadsInAnyOrder(long pieceLength)
    {
    }

    /// <summary>From now on one more reads with it, perhaps at other places; readers for which that makes no difference do nothing.</summary>
    public virtual void Share()
    {
    }

    /// <summary>Ends a pass over all elements.</summary>
    /// <exception cref="MergeOpsException">What was read last is not what was hashed.</exception>
    public abstract void Finish();

    /// <summary>Fills memory with at most <see cref="PieceBuffers.Elements"/> elements, or with any number of them as they are stored.</summary>
    protected abstract void ReadPiece(long start, int count, Span<byte> target, ElementForm form);
}

/// <summary>A run of bytes of a stored tensor.</summary>
/// <param name="Reader">Who reads the tensor.</param>
/// <param name="Start">The run's first byte in the tensor.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct StoredRun(IRunReader Reader, long Start, long Length);

/// <summary>Reads runs of a tensor into memory, from where they are served.</summary>
internal interface IRunReader
{
    /// <summary>Reads a run into memory of its own, so that what follows may read from it in any order; the run before it is forgotten.</summary>
    /// <param name="start">The run's first byte in the tensor.</param>
    /// <param name="length">The number of bytes.</param>
    void Hold(long start, long length);

    /// <summary>Keeps a run in memory that was lent for it, from now on and for all passes.</summary>
    /// <param name="start">The run's first byte in the tensor.</param>
    /// <param name="memory">Memory of the run's length.</param>
    void Keep(long start, KeptBytes memory);

    /// <summary>Keeps what is computed in a file, where there was no memory for it; what lies in a file already is read from there.</summary>
    void KeepOnDisk();
}

/// <summary>The reader of one kind of source; <see cref="ElementReaders"/> finds it by that kind.</summary>
/// <typeparam name="TSource">The kind.</typeparam>
/// <param name="source">The source.</param>
/// <param name="readers">Opens the parts.</param>
internal abstract class ElementReader<TSource>(TSource source, ElementReaders readers) : ElementReader
    where TSource : TensorSource
{
    /// <inheritdoc/>
    public override bool IsSampled
    {
        set
        {
            foreach (var part in Parts)
            {
                part.IsSampled = value;
            }
        }
    }

    /// <summary>What is read.</summary>
    protected TSource Source { get; } = source;

    /// <summary>The readers of its parts.</summary>
    protected ElementReader[] Parts { get; } = [.. source.Parts.Select(readers.Open)];

    /// <inheritdoc/>
    public override void Finish()
    {
        foreach (var part in Parts)
        {
            part.Finish();
        }
    }
}
