namespace Cake.Frosting;

/// <summary>As Cake.Frosting declares it.</summary>
public interface IFrostingContext : global::Cake.Core.ICakeContext;

/// <summary>As Cake.Frosting declares it, but for the members that the sources do not use.</summary>
/// <typeparam name="T">The build's context.</typeparam>
public abstract class FrostingTask<T>
    where T : class, IFrostingContext
{
    /// <summary>Runs the task.</summary>
    /// <param name="context">The context.</param>
    public virtual void Run(T context)
    {
    }
}
