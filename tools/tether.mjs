/** Ends the program when `npm start` was killed: it leads a process group of its own, so nothing else would. */

process.on('disconnect', () => process.exit(1));
process.channel?.unref();
