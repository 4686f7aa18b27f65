const response = await fetch(`http://localhost:3000/social/follow/${targetUserId}`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    followerId: currentUserId
  })
});

const result = await response.json();
if (result.success) {
  console.log('Successfully followed user');
}
